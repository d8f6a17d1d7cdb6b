import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { lock } from '../../ownership.mjs'
import { cacheFolder } from '../paths.ts'
import { say, step } from '../progress.ts'

/**
 * A folder of the cache, filled by `fill` the first time. It appears whole or not at all: it is filled aside and renamed, and
 * one is filled at a time: Maven's own repository does not like two writers while it is still empty. Its name carries the version, so a new version is a new folder.
 */
export async function cached(name: string, title: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name)
  if (existsSync(folder)) return folder
  const release = await lock(join(cacheFolder, 'lock'), {
    what: `downloading ${title}`,
    onWait: ({ pid, what }) => {
      if (pid !== process.pid) say(`  … waiting for process ${pid}, which is ${what}`)
    },
  })
  try {
    if (existsSync(folder)) return folder
    sweep(name)
    const aside = mkdtempSync(join(cacheFolder, `${name}.part-`))
    await step(`download ${title}`, () => fill(aside))
    mkdirSync(cacheFolder, { recursive: true })
    renameSync(aside, folder)
    return folder
  } finally {
    release()
  }
}

/** What interrupted downloads left behind; only called with the lock held. */
function sweep(name: string): void {
  for (const entry of readdirSync(cacheFolder)) {
    if (basename(entry).startsWith(`${name}.part-`)) rmSync(join(cacheFolder, entry), { recursive: true, force: true })
  }
}
