import { Refused } from './arguments.ts'
import { type Plan, sentence } from './plan.ts'

/** The text of its `.avsc`. */
export function schemaSource({ topic, domain, record, fields }: Plan): string {
  const schema = {
    type: 'record',
    namespace: `firstcome.${domain}`,
    name: record,
    doc: `${sentence(topic.replaceAll('-', ' '))}.`,
    fields,
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

/**
 * The catalogue's source with the event in it, after the last one of its domain, both declared and listed.
 * @throws Refused when the source does not look as it does today.
 */
export function withDeclaration(source: string, plan: Plan): string {
  return withEntry(declared(source, plan), plan)
}

const listing = /^export const catalogue = \[([^\]]*)\] as const$/m

/** Every declaration ends so. */
const END = '\n})\n'

function declared(source: string, plan: Plan): string {
  if (!plan.after) {
    const at = source.search(listing)
    if (at < 0) throw changed()
    return `${source.slice(0, at)}${declaration(plan)}\n${source.slice(at)}`
  }
  const begin = source.indexOf(`export const ${plan.after} = event<`)
  const end = begin < 0 ? begin : source.indexOf(END, begin)
  if (end < 0) throw changed()
  const at = end + END.length
  return `${source.slice(0, at)}\n${declaration(plan)}${source.slice(at)}`
}

function declaration({ topic, constant, record, producer, consumers, key }: Plan): string {
  return `export const ${constant} = event<contract.${record}>({
  topic: '${topic}',
  schema: contract.${schemaConstant(topic)},
  key: (e) => e.${key},
  producer: '${producer}',
  consumers: [${consumers.map((one) => `'${one}'`).join(', ')}],
})
`
}

/** As the generated types call it. */
const schemaConstant = (topic: string) => `${topic.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Schema`

function withEntry(source: string, { constant, after }: Plan): string {
  const [list, entries] = source.match(listing) ?? []
  if (list === undefined || entries === undefined) throw changed()
  const last =
    after ??
    entries
      .replaceAll(/\/\/.*/g, '')
      .match(/\w+/g)
      ?.at(-1)
  // A remark at the end of its line stays with what it is about.
  const entry = new RegExp(`\\b${last}\\b,?([ \\t]*//[^\\n]*)?`)
  if (!entry.test(entries)) throw changed()
  const longer = entries.replace(entry, (_, remark = '') => `${last},${remark}\n  ${constant},`)
  return source.replace(list, () => list.replace(entries, () => longer))
}

function changed(): Refused {
  return new Refused(
    'packages/events/src/catalogue.ts is not as this command knows it: declarations `export const … = event<…>({ … })`, and one list `catalogue`. Add the event by hand (docs/contracts.md).',
  )
}
