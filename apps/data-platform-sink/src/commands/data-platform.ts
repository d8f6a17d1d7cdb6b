import { parseConfig } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { settings } from '../config.ts'
import { parseCommand, UsageError, usage } from '../export/arguments.ts'
import { exportFacts } from '../export/export.ts'
import { printWritten } from '../export/print.ts'

/** A day may take its time to be sorted; the process is there for nothing else. */
const STATEMENT_TIMEOUT_MS = 3_600_000

async function main(args: string[]): Promise<number> {
  const command = parseCommand(args)
  if (command.name === 'help') {
    console.log(usage)
    return 0
  }
  const { database } = parseConfig({ database: settings.database }, process.env)
  const db = connectDatabase({
    ...database,
    poolSize: 1,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    applicationName: 'data-platform export',
  })
  const interrupted = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new Error(`${name}: nothing was changed`)))
  }
  try {
    const written = await exportFacts(db, { ...command, signal: interrupted.signal })
    const { from, to, timeZone } = command
    console.log(command.json ? JSON.stringify({ from, to, timeZone, written }) : printWritten(written))
    return 0
  } finally {
    await db.close()
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage = error instanceof UsageError
  console.error(error instanceof Error ? error.message : error)
  if (isUsage) console.error(`\n${usage}`)
  return isUsage ? 2 : 1
})
