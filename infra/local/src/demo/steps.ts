/** Prints what was done and how long it took, one line per step. */
export interface Steps {
  title(text: string): void
  /** Runs `work` and prints its sentence with the milliseconds it took; a failure is printed with what was attempted, and rethrown. */
  step<T>(what: string, work: () => Promise<T>, says: (result: T) => string): Promise<T>
  line(text: string): void
}

export function printSteps(print: (line: string) => void, now: () => number = () => performance.now()): Steps {
  return {
    title: (text) => print(`\n${text}`),
    line: (text) => print(`  ${text}`),
    async step(what, work, says) {
      const begun = now()
      const took = () => `${Math.round(now() - begun)} ms`.padStart(9)
      try {
        const result = await work()
        print(`  ${took()}  ${says(result)}`)
        return result
      } catch (error) {
        print(`  ${took()}  ${what}: FAILED: ${error instanceof Error ? error.message : String(error)}`)
        throw error
      }
    },
  }
}

/** Asks again and again (from 10 ms, at most every 250 ms) until there is an answer; the error says what was awaited. */
export async function until<T>(what: string, probe: () => Promise<T | undefined>, timeoutMs = 30_000): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (let wait = 10; ; wait = Math.min(250, wait * 2)) {
    const found = await probe()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1_000} s`)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}
