import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { type Filter, parseTime } from './filter.ts'
import { type Place, parsePlace } from './place.ts'
import { type State, states } from './story.ts'

/** The tool was not called as it wants to be. */
export class UsageError extends Error {}

export const usage = `Usage: pnpm dlt <command>

  list                     why messages were given up, and how many; --each: every letter
  show <letter>            all that is known about one letter, its value decoded
  replay <letter> …        sends messages to the retry topic of the group that gave them up
  replay [filters]         says what that would do; --yes does it
  park <letter> …          marks letters as decided, never to be replayed
  park [filters]           says what that would do; --yes does it

A letter is named <dead-letter topic>/<partition>/<offset>, as 'list --each' prints it.

Filters: --topic <event's topic>  --group <consumer group>  --reason <code, or part of the reason>
         --since, --until <ISO time, or how long ago: 90m, 2h, 3d>  --state open|replayed|parked|all  --limit <n>
replay:  --again (also what was replayed or parked)  --max-replays <n> (of one message; default 3)
Both:    --note <why>  --by <who; default: your user name>
All:     --json

Exit: 0 done, 1 failed, 2 wrong usage, 3 the letter named is not there, or nothing was to be done with it.`

export interface Selection {
  /** Letters by name; otherwise the filter selects. */
  places?: Place[] | undefined
  filter: Filter
  limit?: number | undefined
}

interface Act extends Selection {
  json: boolean
  yes: boolean
  by: string
  note?: string | undefined
}

export type Command =
  | { name: 'help' }
  | ({ name: 'list'; each: boolean; json: boolean } & Selection)
  | { name: 'show'; place: Place; json: boolean }
  | ({ name: 'replay'; again: boolean; maxReplays: number } & Act)
  | ({ name: 'park' } & Act)

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const json = { json: flag, help: { ...flag, short: 'h' } } as const
const filters = { topic: text, group: text, reason: text, since: text, until: text, state: text, limit: text } as const
const acting = { yes: flag, by: text, note: text } as const

/** @throws UsageError, with what is wrong. */
export function parseCommand(args: string[], now: number): Command {
  // `pnpm dlt -- list` hands the dashes on.
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
        const options = { ...json, ...filters, each: flag }
        const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options })
        if (values.help) return { name: 'help' }
        if (positionals.length > 0) throw new UsageError(`list takes no letters; 'show ${positionals[0]}' shows one.`)
        return { name, each: values.each, json: values.json, ...selection([], values, now) }
      }
      case 'show': {
        const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options: json })
        if (values.help) return { name: 'help' }
        if (positionals.length !== 1)
          throw new UsageError('show takes one letter: <dead-letter topic>/<partition>/<offset>')
        return { name, json: values.json, place: place(positionals[0]!) }
      }
      case 'replay': {
        const options = { ...json, ...filters, ...acting, again: flag, 'max-replays': { ...text, default: '3' } }
        const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options })
        if (values.help) return { name: 'help' }
        const maxReplays = count('max-replays', values['max-replays'])
        return { name, again: values.again, maxReplays, ...act(values), ...selection(positionals, values, now) }
      }
      case 'park': {
        const options = { ...json, ...filters, ...acting }
        const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options })
        if (values.help) return { name: 'help' }
        return { name, ...act(values), ...selection(positionals, values, now) }
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

type Given = { [Name in keyof typeof filters]?: string | undefined }

function selection(names: string[], given: Given, now: number): Selection {
  const filtered = Object.keys(filters).some((name) => given[name as keyof Given] !== undefined)
  if (names.length > 0 && filtered) throw new UsageError('Name letters or filter them, not both.')
  const { topic, group, reason } = given
  const state = given.state === 'all' ? undefined : given.state
  if (state !== undefined && !states.includes(state as State)) {
    throw new UsageError(`--state ${state}: expected ${states.join(', ')} or all`)
  }
  return {
    ...(names.length > 0 && { places: names.map(place) }),
    ...(given.limit !== undefined && { limit: count('limit', given.limit) }),
    filter: {
      topic,
      group,
      reason,
      since: time('since', given.since, now),
      until: time('until', given.until, now),
      state: state as State | undefined,
    },
  }
}

function act({ json, yes, by, note }: { json: boolean; yes: boolean; by?: string; note?: string }) {
  return { json, yes, note, by: by ?? userName() }
}

function place(name: string): Place {
  const found = parsePlace(name)
  if (!found) throw new UsageError(`${name}: a letter is named <dead-letter topic>/<partition>/<offset>`)
  return found
}

function time(option: string, given: string | undefined, now: number): number | undefined {
  if (given === undefined) return undefined
  const parsed = parseTime(given, now)
  if (parsed === undefined)
    throw new UsageError(`--${option} ${given}: expected an ISO time, or how long ago: 90m, 2h, 3d`)
  return parsed
}

function count(option: string, given: string): number {
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new UsageError(`--${option} ${given}: expected a whole number from 1`)
  return Number(given)
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a user that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
