import { parseArgs } from 'node:util'

/** The call, or what it asks for, is not possible as it is; nothing was written. */
export class Refused extends Error {}

export const usage = `Usage: pnpm new event <name> [options]

Writes a new event: its schema, its line in the catalogue, its types, its first version with a golden sample, and the documents.
The name is the topic's: two words or more, in lower case, joined by dashes, such as order-shipped.

  --domain <folder>        below packages/events/schemas; default: the one that the name begins with (order-… is of orders)
  --producer <service>     who publishes it; default: who publishes all other events of the domain, if it is one service
  --consumers <a,b>        which services read it, at least one
  --key <field>            what its records are in order by; default: what most events of the domain have

Exit: 0 written, 1 it failed and nothing is left of it, 2 wrong usage, and nothing was written.`

/** What was asked for; what was not said has a default. */
export interface Wish {
  topic: string
  domain?: string | undefined
  producer?: string | undefined
  consumers?: string[] | undefined
  key?: string | undefined
}

const text = { type: 'string' } as const

/** @throws Refused when the call is not one. */
export function parseWish(args: string[]): Wish | 'help' {
  const { values, positionals } = parse(args[0] === '--' ? args.slice(1) : args)
  if (values.help) return 'help'
  const [topic, ...rest] = positionals
  if (topic === undefined) throw new Refused(usage)
  if (rest.length > 0) throw new Refused(`One event at a time: ${topic}, or ${rest.join(', ')}?`)
  const { domain, producer, key } = values
  const consumers = values.consumers?.split(',').map((one) => one.trim())
  return { topic, domain, producer, key, consumers: consumers?.filter((one) => one !== '') }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { domain: text, producer: text, consumers: text, key: text, help: { type: 'boolean', short: 'h' } },
    })
  } catch (error) {
    // What follows the first sentence is about names that begin with a dash.
    throw new Refused(`${(error as Error).message.split('. ')[0]}\n\n${usage}`)
  }
}
