import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from './at-end.ts'

/** A folder of the test file's own with these files in it, removed after the file. */
export function testFolder(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'firstcome-test-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}
