import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { releasedFolder } from './files.ts'

/** The commit that added a released file. */
export interface Addition {
  commit: string
  /** Of the commit: `2026-11-21`. */
  date: string
}

/** What git knows of the released files, by their paths below the folder; undefined where there is no git to ask. */
export function additions(folder = releasedFolder): Map<string, Addition> | undefined {
  const log = git(folder, [
    ...['log', '--diff-filter=A', '--no-renames', '--name-only', '--relative'],
    ...['--format=commit %h %cs', '--', '.'],
  ])
  if (log === undefined) return undefined
  const found = new Map<string, Addition>()
  let current: Addition = { commit: '', date: '' }
  for (const line of log.split('\n').filter(Boolean)) {
    const [, commit, date] = line.match(/^commit (\S+) (\S+)$/) ?? []
    if (commit && date) current = { commit, date }
    // The newest first: a version that was taken back before anybody used it, and made anew, is what it was made last.
    else if (!found.has(line)) found.set(line, current)
  }
  return found
}

/** Released files that are not what was committed when they were added; undefined where there is no git to ask. */
export function rewritten(folder = releasedFolder): { path: string; commit: string }[] | undefined {
  const added = additions(folder)
  if (!added) return undefined
  const present = [...added].filter(([path]) => existsSync(join(folder, path)))
  if (present.length === 0) return []
  const lines = (of: string[]) => `${of.join('\n')}\n`
  // Whole paths: this command alone takes relative ones from the repository's top.
  const paths = lines(present.map(([path]) => join(folder, path)))
  const now = git(folder, ['hash-object', '--no-filters', '--stdin-paths'], paths)?.trim().split('\n')
  const objects = lines(present.map(([path, { commit }]) => `${commit}:./${path}`))
  const then = git(folder, ['cat-file', '--batch-check=%(objectname)'], objects)?.trim().split('\n')
  if (!now || !then) return undefined
  return present.flatMap(([path, { commit }], i) => (now[i] === then[i] ? [] : [{ path, commit }]))
}

function git(cwd: string, args: string[], input = ''): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd, input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  return status === 0 ? stdout : undefined
}
