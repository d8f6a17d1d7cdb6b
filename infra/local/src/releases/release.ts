import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { StepError } from '../progress.ts'
import type { ServiceName, Stack } from '../stack.ts'
import { readJson } from '../system/json-file.ts'
import { releasesOf } from './folder.ts'

/** A copy of a service's artifact, named after its content: what runs from it never changes. */
export interface Release {
  service: ServiceName
  revision: string
  folder: string
}

/** Copies an artifact; the same content is the same release. @throws {StepError} where the folder is no artifact of the service. */
export function release(stack: Stack, service: ServiceName, artifact: string): Release {
  requireArtifact(service, artifact)
  const parent = releasesOf(stack, service)
  mkdirSync(parent, { recursive: true })
  // Copied first, and then read: a build may replace the artifact meanwhile.
  const aside = join(parent, `${process.pid}.new`)
  rmSync(aside, { recursive: true, force: true })
  cpSync(artifact, aside, { recursive: true, dereference: true })
  const revision = revisionOf(aside)
  const folder = join(parent, revision)
  if (existsSync(folder)) rmSync(aside, { recursive: true })
  else renameSync(aside, folder)
  return { service, revision, folder }
}

/** A hash of the names and the contents of all files. */
export function revisionOf(folder: string): string {
  const hash = createHash('sha256')
  const files = globSync('**', { cwd: folder }).filter((file) => statSync(join(folder, file)).isFile())
  for (const file of files.sort()) {
    const content = readFileSync(join(folder, file))
    hash.update(JSON.stringify([file, content.length])).update(content)
  }
  return hash.digest('hex').slice(0, 12)
}

function requireArtifact(service: ServiceName, folder: string): void {
  if (!existsSync(join(folder, 'main.js'))) {
    throw new StepError(`${resolve(folder)} is no artifact: it has no main.js.`, {
      advice: `The build makes one: npm run build -- --filter=${service}, then it is apps/${service}/dist.`,
    })
  }
  // Its migrations would run in the wrong database.
  const other = readJson<{ name?: string }>(join(folder, 'package.json'))?.name
  if (other && other !== service)
    throw new StepError(`${resolve(folder)} is an artifact of ${other}, not of ${service}.`)
}
