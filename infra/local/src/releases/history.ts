import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceName, Stack } from '../stack.ts'
import { wantedOf } from '../supervisor/control.ts'
import { readJson, writeJson } from '../system/json-file.ts'
import { releasesOf } from './folder.ts'
import type { Release } from './release.ts'

/** Revisions. */
interface History {
  running: string
  previous?: string
}

const fileOf = (stack: Stack, service: ServiceName) => join(releasesOf(stack, service), 'history.json')

/** Notes what runs from now on; all releases but that and the one before it are removed. */
export function noteRunning(stack: Stack, { service, revision }: Release): void {
  const before = readJson<History>(fileOf(stack, service))
  if (before?.running !== revision) {
    writeJson(fileOf(stack, service), { running: revision, ...(before && { previous: before.running }) })
  }
  prune(stack, service)
}

/** The release that ran before the one that runs, to go back to. */
export function previousRelease(stack: Stack, service: ServiceName): string | undefined {
  const previous = readJson<History>(fileOf(stack, service))?.previous
  const folder = previous && join(releasesOf(stack, service), previous)
  return folder && existsSync(folder) ? folder : undefined
}

/** Removes every release but the running and the previous one, and whatever a process still has to be started from. */
export function prune(stack: Stack, service: ServiceName): void {
  const parent = releasesOf(stack, service)
  const history = readJson<History>(fileOf(stack, service))
  const inUse = wantedOf(stack).map(({ cwd }) => cwd)
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    if (name === 'history.json' || name === history?.running || name === history?.previous) continue
    if (!inUse.includes(join(parent, name))) rmSync(join(parent, name), { recursive: true, force: true })
  }
}
