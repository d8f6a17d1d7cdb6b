import { resolve } from 'node:path'
import { parseWish, Refused, usage } from '../scaffold/arguments.ts'
import { plan } from '../scaffold/plan.ts'
import { report } from '../scaffold/report.ts'
import { readSurroundings } from '../scaffold/surroundings.ts'
import { write } from '../scaffold/write.ts'

/** Writes a new event into this clone: `pnpm new event order-shipped --consumers data-platform-sink`; `--help` has the rest. */
const root = resolve(import.meta.dirname, '../../../..')

try {
  const wish = parseWish(process.argv.slice(2))
  if (wish === 'help') console.log(usage)
  else {
    const planned = plan(wish, readSurroundings(root))
    console.log(report(planned, await write(planned, root)))
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof Refused ? 2 : 1
}
