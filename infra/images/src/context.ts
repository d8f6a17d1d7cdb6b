import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob } from 'node:path'

/** Copies what a build sends to the daemon: everything but what .dockerignore names. Links are left out: there are none. */
export function copyContext(root: string, to: string): void {
  const ignored = readIgnored(join(root, '.dockerignore'))
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (ignored.some((pattern) => matchesGlob(path, pattern))) continue
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile()) {
        mkdirSync(dirname(join(to, path)), { recursive: true })
        copyFileSync(join(root, path), join(to, path))
      }
    }
  }
  walk('')
}

function readIgnored(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
}
