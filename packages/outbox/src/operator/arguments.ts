import { parseArgs } from 'node:util'

/** The tool was not called as it wants to be. */
export class UsageError extends Error {}

export const usage = `Usage: outbox <command>

  list                  how many events wait to be published, for how long, and which ones are parked: refused by Kafka for good
  retry <event id> …    has the relay publish these parked events again
  retry --all           … all that are parked

list:  --limit <n> parked events at most, the oldest first (default 100)
Both:  --json

Order: what is behind a parked event on its topic and key does not wait for it, and may have left already. An event that is retried
takes its old place among those that still wait, and so comes after all that has left: its consumers see it out of order. Where
that is wrong for them, first see to it that nothing has followed, or make the change anew.

Needs DATABASE_URL: the database of the service whose outbox it is.
Exit: 0 done, 1 failed or an event named is not parked, 2 wrong usage.`

export type Command =
  | { name: 'help' }
  | { name: 'list'; limit: number; json: boolean }
  | { name: 'retry'; which: 'all' | string[]; json: boolean }

const flag = { type: 'boolean', default: false } as const
const common = { json: flag, help: { ...flag, short: 'h' } } as const
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws UsageError, with what is wrong. */
export function parseCommand(args: string[]): Command {
  // `pnpm outbox -- list` hands the dashes on.
  const [name, ...rest] = args[0] === '--' ? args.slice(1) : args
  try {
    switch (name) {
      case undefined:
        throw new UsageError('Say what to do.')
      case 'help':
      case '--help':
      case '-h':
        return { name: 'help' }
      case 'list': {
        const options = { ...common, limit: { type: 'string', default: '100' } } as const
        const { values } = parseArgs({ args: rest, options })
        if (values.help) return { name: 'help' }
        if (!/^[1-9]\d{0,5}$/.test(values.limit)) {
          throw new UsageError(`--limit ${values.limit}: expected a whole number from 1 to 999999`)
        }
        return { name, limit: Number(values.limit), json: values.json }
      }
      case 'retry': {
        const { values, positionals } = parseArgs({
          args: rest,
          allowPositionals: true,
          options: { ...common, all: flag },
        })
        if (values.help) return { name: 'help' }
        if (values.all === positionals.length > 0) throw new UsageError('retry takes the ids of events, or --all.')
        for (const id of positionals) if (!uuid.test(id)) throw new UsageError(`${id} is no event id.`)
        const ids = [...new Set(positionals.map((id) => id.toLowerCase()))]
        return { name, which: values.all ? 'all' : ids, json: values.json }
      }
      default:
        throw new UsageError(`There is no command '${name}'.`)
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code.startsWith('ERR_PARSE_ARGS')) throw new UsageError((error as Error).message)
    throw error
  }
}
