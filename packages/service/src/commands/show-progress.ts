/** Nobody needs to be told of what is over in a moment. */
const QUIET_MS = 2_000
const EVERY_MS = 1_000

/** For a command: says how far something is, about once a second, once it has taken a while; on one line of a terminal. */
export function showProgress(out: NodeJS.WriteStream) {
  let last = performance.now() + QUIET_MS - EVERY_MS
  let shown = false
  return {
    /** So many are done of this step by now. */
    tell(step: string, count: number) {
      const now = performance.now()
      if (now - last < EVERY_MS) return
      last = now
      shown = true
      const line = `  … ${step}: ${count.toLocaleString('en')}`
      out.write(out.isTTY ? `\r\x1b[K${line}` : `${line}\n`)
    },
    done() {
      if (shown && out.isTTY) out.write('\r\x1b[K')
      shown = false
    },
  }
}
