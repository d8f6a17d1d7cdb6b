import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the files of a run lie until all of them are whole; readers of `<set>/*` do not come here. */
export const STAGING = '.unfinished'
export const PART = 'part-0.parquet'

export const folderOf = (date: string) => `date=${date}`

/**
 * Puts the staged days of a data set into their places, each by a rename, and removes every other day of the span, and whatever
 * else lies in the folder of a day: readers find the old file or the new one. Resolves to the dates that were removed.
 */
export async function publish(
  out: string,
  name: string,
  { from, to }: { from: string; to: string },
): Promise<string[]> {
  const staged = await dates(join(out, STAGING, name))
  const present = (await dates(join(out, name))).filter((date) => date >= from && date < to)

  for (const date of staged) {
    const folder = join(out, name, folderOf(date))
    await mkdir(folder, { recursive: true })
    await rename(join(out, STAGING, name, folderOf(date), PART), join(folder, PART))
    const stale = (await readdir(folder)).filter((file) => file !== PART)
    for (const file of stale) await rm(join(folder, file), { recursive: true })
  }
  const removed = present.filter((date) => !staged.includes(date))
  for (const date of removed) await rm(join(out, name, folderOf(date)), { recursive: true })
  return removed
}

async function dates(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const names = await readdir(folder)
  return names.flatMap((name) => name.match(/^date=(\d{4}-\d\d-\d\d)$/)?.[1] ?? [])
}
