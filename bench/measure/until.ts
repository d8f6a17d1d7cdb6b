import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 100

/** Asks again and again until `ask` says yes; an error of it is final. @throws when that takes too long, with what `told` says. */
export async function until(
  what: string,
  ask: () => Promise<boolean> | boolean,
  { timeoutMs = 60_000, pollMs = POLL_MS, told = () => '' }: Partial<Patience> = {},
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what} ${told()}`)
    await sleep(pollMs)
  }
}

interface Patience {
  timeoutMs: number
  pollMs: number
  told: () => string
}
