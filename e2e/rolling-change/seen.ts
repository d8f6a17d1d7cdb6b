import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OrderConfirmed } from '@firstcome/events'
import { stack } from '@firstcome/local'
import { found } from './versions.ts'

/** A confirmed order as a consumer read it, with whatever fields that one knew. */
export type Seen = OrderConfirmed & Record<string, unknown>

/** Every order that a consumer of these versions has logged since the test began, in the order in which each log has them. */
export function consumerLog(): () => Seen[] {
  const seen = new Map<string, Seen>()
  return () => {
    // A process that takes over brings its log along; that of the one before is kept until the next takes over.
    for (const path of globSync('ranking-service*.log*', { cwd: join(stack('test').folder, 'logs') })) {
      const lines = readFileSync(join(stack('test').folder, 'logs', path), 'utf8').split('\n')
      for (const line of lines.filter((one) => one.includes(found))) {
        const { order, time } = JSON.parse(line) as { order: Seen; time: string }
        seen.set(`${time} ${order.orderId}`, order)
      }
    }
    return [...seen.values()]
  }
}
