import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Files as they are at a moment, to say later what became of them, or to have them back. */
export interface Snapshot {
  /** New, changed and removed files, by their paths from the root. */
  changes(): string[]
  /** Everything as it was; of what is new, the folders that are left empty too. */
  restore(): void
}

/** Of these files, and of all files in these folders. */
export function snapshot(root: string, paths: string[]): Snapshot {
  const before = read(root, paths)

  function changes(): string[] {
    const now = read(root, paths)
    const all = new Set([...before.keys(), ...now.keys()])
    return [...all].filter((path) => !same(before.get(path), now.get(path))).sort()
  }

  return {
    changes,
    restore() {
      for (const path of changes()) {
        const file = join(root, path)
        const content = before.get(path)
        if (content === undefined) remove(file)
        else {
          mkdirSync(dirname(file), { recursive: true })
          writeFileSync(file, content)
        }
      }
    },
  }
}

function read(root: string, paths: string[]): Map<string, Buffer> {
  const files = paths.flatMap((path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false })
    if (!stat?.isDirectory()) return stat ? [path] : []
    return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
  })
  return new Map(files.map((path) => [path, readFileSync(join(root, path))]))
}

const same = (one: Buffer | undefined, other: Buffer | undefined): boolean =>
  one !== undefined && other !== undefined && one.equals(other)

function remove(file: string): void {
  rmSync(file)
  if (readdirSync(dirname(file)).length === 0) rmdirSync(dirname(file))
}
