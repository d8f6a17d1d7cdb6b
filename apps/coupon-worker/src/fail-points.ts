import { z } from 'zod'

/** The moments between the commits of one batch, each a place where a crash must change nothing. */
export type FailPoint = 'before-decide' | 'after-decide' | 'after-publish' | 'after-hold' | 'after-give-up'

export const failPointSetting = {
  env: 'FAIL_AT',
  schema: z
    .string()
    .regex(/^(before-decide|after-decide|after-publish|after-hold|after-give-up)(:[1-9]\d*)?$/)
    .optional()
    .describe(
      'For tests: the process kills itself at this point of a batch; `after-decide:3`: the third time it gets there',
    ),
}

/** Does nothing unless `failAt` names the point: then the process dies as by `kill -9`, with nothing flushed or closed. */
export function failPoints(failAt: string | undefined): (point: FailPoint) => void {
  const [armed, times = '1'] = failAt?.split(':') ?? []
  let left = Number(times)
  return (point) => {
    if (point !== armed) return
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  }
}
