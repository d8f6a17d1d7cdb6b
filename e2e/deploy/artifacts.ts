import { randomUUID } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceName } from '@firstcome/local'
import { onTestFinished } from 'vitest'

/** What a build of the service leaves, but for one line that does nothing: another release that does the same. */
export function anotherBuild(service: ServiceName): string {
  const folder = emptyFolder()
  cpSync(join(import.meta.dirname, '../../apps', service, 'dist'), folder, { recursive: true })
  appendFileSync(join(folder, 'main.js'), `\n// ${randomUUID()}\n`)
  return folder
}

/** An artifact whose service is nothing but this program, and whose steps of a deployment do nothing, or what is given. */
export function artifactOf(main: string, steps: { topics?: string; register?: string; migrate?: string } = {}): string {
  const folder = emptyFolder()
  for (const [name, program] of Object.entries({ main, topics: '', register: '', ...steps })) {
    writeFileSync(join(folder, `${name}.js`), program)
  }
  return folder
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'artifact-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
