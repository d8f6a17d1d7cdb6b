import { Client } from 'pg'
import { parseCommand, UsageError, usage } from '../operator/arguments.ts'
import { overview, retry } from '../operator/parked.ts'
import { describe } from '../operator/print.ts'

/**
 * The operator's tool for the outbox of one service: `DATABASE_URL=… node packages/outbox/src/commands/outbox.ts list`.
 * Arguments and exit codes: src/operator/arguments.ts.
 */
async function main(args: string[]): Promise<number> {
  const command = parseCommand(args)
  if (command.name === 'help') {
    console.log(usage)
    return 0
  }
  if (!process.env.DATABASE_URL) throw new UsageError('DATABASE_URL is not set.')
  const client = new Client({
    connectionString: process.env.DATABASE_URL,
    application_name: 'outbox-tool',
    statement_timeout: 30_000,
    connectionTimeoutMillis: 10_000,
  })
  // A connection that breaks fails what is under way, and that says why.
  client.on('error', () => {})
  await client.connect()
  try {
    if (command.name === 'list') {
      const found = await overview(client, command.limit)
      console.log(command.json ? JSON.stringify(found, undefined, 2) : describe(found))
      return 0
    }
    const retried = await retry(client, command.which)
    const notParked = command.which === 'all' ? [] : command.which.filter((id) => !retried.includes(id))
    if (command.json) console.log(JSON.stringify({ retried, notParked }, undefined, 2))
    else console.log(`${retried.length} parked ${retried.length === 1 ? 'event is' : 'events are'} tried again`)
    for (const id of notParked) console.error(`${id} is not parked: it has left, waits, or never was here`)
    return notParked.length > 0 ? 1 : 0
  } finally {
    await client.end()
  }
}

// Whoever reads may have seen enough (`| head`).
process.stdout.on('error', () => {})

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${usage}`)
    return 2
  }
  // A refused connection is several errors in one, without a message of its own.
  const first = error instanceof AggregateError ? error.errors[0] : error
  console.error(first instanceof Error ? first.message : first)
  return 1
})
