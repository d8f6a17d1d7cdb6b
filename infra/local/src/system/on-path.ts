import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a program is installed, or undefined. Servers live in sbin, which a normal user's PATH often lacks. */
export function onPath(program: string): string | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/bin',
    '/usr/local/bin',
  ]
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
