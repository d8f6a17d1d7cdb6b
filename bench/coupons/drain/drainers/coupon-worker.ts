import { startService } from '../../../arena/services.ts'
import type { Drainer } from '../drainer.ts'

/** The service itself. `env` and `nodeArgs` where it is not to run as it does by default. */
export const couponWorker = (
  warmUp: number,
  {
    name = 'coupon-worker',
    env = {},
    nodeArgs = [],
  }: Partial<{ name: string; env: Record<string, string>; nodeArgs: string[] }> = {},
): Drainer => ({
  name,
  format: 'avro',
  warmUp,
  group: 'coupon-worker',
  decides: true,
  start: (arena) => startService('coupon-worker', arena.from, { ...arena.env, ...env }, nodeArgs),
})
