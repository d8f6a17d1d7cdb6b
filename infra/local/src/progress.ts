/** Progress for people: a line when a step is done, with its time, and a sign of life from those that take long. */

const heartbeatMs = 10_000
const stepWidth = 62

/** stdout by default; the test setup keeps stdout for the reporter. */
let stream: NodeJS.WritableStream = process.stdout

export function reportTo(target: NodeJS.WritableStream): void {
  stream = target
}

export function say(line = ''): void {
  stream.write(`${line}\n`)
}

export const seconds = (since: number) => `${((Date.now() - since) / 1_000).toFixed(1)} s`

/** A step that failed: what failed, what to do, and the last lines of what it wrote. */
export class StepError extends Error {
  advice: string
  details: string
  constructor(
    message: string,
    { advice = '', details = '', cause }: { advice?: string; details?: string; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.advice = advice
    this.details = details
  }
}

/** Steps shorter than `quietMs` print nothing: a second start is not a wall of text. */
export async function step<T>(name: string, work: () => Promise<T>, { quietMs = 0 } = {}): Promise<T> {
  const started = Date.now()
  const heartbeat = setInterval(() => say(`  … ${name}, ${seconds(started)} so far`), heartbeatMs)
  try {
    const result = await work()
    if (Date.now() - started >= quietMs) say(`  ✓ ${name.padEnd(stepWidth)} ${seconds(started).padStart(8)}`)
    return result
  } catch (error) {
    say(`  ✗ ${name.padEnd(stepWidth)} ${seconds(started).padStart(8)}`)
    throw error
  } finally {
    clearInterval(heartbeat)
  }
}
