import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Of installed packages, by name. */
export const versionsOf = (names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, versionOf(name)]))

function versionOf(name: string): string {
  let folder = dirname(createRequire(import.meta.url).resolve(name))
  for (;;) {
    try {
      const { name: found, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      if (found === name) return version
    } catch {
      // Not the package's own folder yet.
    }
    folder = dirname(folder)
  }
}
