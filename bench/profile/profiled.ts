import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from '../measure/endings.ts'
import { type CpuProfile, profileTables } from './self-time.ts'

/** When the process was started and the part of its life that counts: epoch milliseconds. */
export interface Window {
  startedAt: number
  began: number
  ended: number
}

/**
 * Where the processor time of a process went, which `work` starts with these arguments and ends. It is to run the source: in a
 * bundle, all functions would be in one file.
 */
export async function profiled(title: string, work: (nodeArgs: string[]) => Promise<Window>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'firstcome-profile-'))
  const remove = atEnd(async () => rmSync(folder, { recursive: true, force: true }))
  try {
    const { startedAt, began, ended } = await work(['--cpu-prof', `--cpu-prof-dir=${folder}`])
    const [file] = readdirSync(folder)
    const profile: CpuProfile = JSON.parse(readFileSync(join(folder, file!), 'utf8'))
    return `### ${title}\n\n${profileTables(profile, { from: began - startedAt, to: ended - startedAt })}`
  } finally {
    await remove()
  }
}
