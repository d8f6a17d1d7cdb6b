import { setTimeout as delay } from 'node:timers/promises'

export interface WaitOptions {
  /** Default 45 s: far beyond what anything here takes on a busy machine, and short enough to see which wait it was. */
  timeoutMs?: number
}

type Nothing = undefined | null | false

/**
 * Asks `probe` again and again until it gives something, and returns that. An error of the probe counts as "not yet".
 * @throws naming what was awaited and what the probe said last.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Nothing | Promise<T | Nothing>,
  { timeoutMs = 45_000 }: WaitOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  let last: unknown
  // Quick at first, since most conditions are met at once, then easy on the two cores everything shares.
  for (let pause = 5; ; pause = Math.min(pause * 1.5, 100)) {
    try {
      const answer = await probe()
      if (answer !== undefined && answer !== null && answer !== false) return answer
      last = answer
    } catch (error) {
      last = error
    }
    if (performance.now() >= deadline) {
      const said = last instanceof Error ? last.message : String(last)
      throw new Error(`waited ${timeoutMs} ms for ${what}; last: ${said}`, { cause: last })
    }
    await delay(pause)
  }
}
