import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'

const intervalMs = 200

/** Hands over what is appended to a file from now on; a file that shrank was cut off and is read from its start. */
export function follow(path: string, onText: (text: string) => void): () => void {
  let at = existsSync(path) ? statSync(path).size : 0
  const buffer = Buffer.alloc(256 * 1024)
  const timer = setInterval(() => {
    if (!existsSync(path)) return
    const { size } = statSync(path)
    if (size < at) at = 0
    if (size === at) return
    const file = openSync(path, 'r')
    try {
      while (at < size) {
        const read = readSync(file, buffer, 0, Math.min(buffer.length, size - at), at)
        if (read === 0) break
        at += read
        onText(buffer.subarray(0, read).toString())
      }
    } finally {
      closeSync(file)
    }
  }, intervalMs)
  return () => clearInterval(timer)
}
