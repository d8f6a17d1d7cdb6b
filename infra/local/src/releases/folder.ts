import { existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceName, Stack } from '../stack.ts'

const releases = (stackFolder: string) => join(stackFolder, 'releases')

/**
 * Where the releases of a service are. Those of the test stack are outside the workspace, so that every test of the running
 * system shows that an artifact needs nothing but itself: from a folder below it, Node would find the workspace's packages.
 */
export function releasesOf(stack: Pick<Stack, 'name' | 'folder'>, service: ServiceName): string {
  const path = releases(stack.folder)
  if (!existsSync(path)) {
    rmSync(path, { force: true })
    if (stack.name === 'local') mkdirSync(path, { recursive: true })
    else symlinkSync(mkdtempSync(join(tmpdir(), 'firstcome-releases-')), path)
  }
  return join(realpathSync(path), service)
}

/** Forgets all releases of a stack, wherever they are. */
export function dropReleases(stackFolder: string): void {
  const path = releases(stackFolder)
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() && existsSync(path)) {
    rmSync(realpathSync(path), { recursive: true })
  }
  rmSync(path, { recursive: true, force: true })
}
