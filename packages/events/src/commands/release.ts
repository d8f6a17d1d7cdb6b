import { relative } from 'node:path'
import { indented, refusalLines } from '../evolution/report.ts'
import { ReleaseRefused, release } from '../released/release.ts'
import { readSources } from '../released/sources.ts'
import { standings } from './standing.ts'

/** `contracts release`: the next version, for ever, of each contract that changed. */
export async function releaseChanged(): Promise<number> {
  try {
    const written = release(readSources())
    for (const path of written) console.log(`written: ${relative(process.cwd(), path)}`)
    console.log(written.length > 0 ? 'Commit them with the change.' : 'Every contract is released as it is.')
    return 0
  } catch (error) {
    if (!(error instanceof ReleaseRefused)) throw error
    for (const { topic, refusals } of error.refused) {
      const { consumers } = standings(topic)[0]!
      console.error([`${topic}: refused`, ...indented(refusalLines(refusals, { consumers }), 2)].join('\n'))
    }
    console.error('Nothing was written.')
    return 1
  }
}
