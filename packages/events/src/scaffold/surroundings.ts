import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '../catalogue.ts'
import type { EventType } from '../event.ts'

/** What a new event has to fit in with. */
export interface Surroundings {
  /** The folders below `schemas`. */
  domains: string[]
  /** The apps. */
  services: string[]
  /** Every event of the catalogue, in its order. */
  events: Neighbour[]
  /** Topics that have a schema or a released version, whether the catalogue still knows them or not. */
  topics: string[]
  /** Every word of the files in which names of code must not meet. */
  words: Set<string>
}

export interface Neighbour {
  topic: string
  domain: string
  /** What the catalogue calls it: `orderPlaced`. */
  constant: string
  producer: string
  /** The field that is its key. */
  key: string
  fields: Field[]
}

export interface Field {
  name: string
  type: unknown
  doc?: string
}

const events = catalogue as readonly EventType[]

/** Reads them from a clone; `root` is its top folder. */
export function readSurroundings(root: string): Surroundings {
  const source = (path: string) => readFileSync(join(root, 'packages/events/src', path), 'utf8')
  const schemas = join(root, 'packages/events/schemas')
  const written = source('catalogue.ts')
  const domains = folders(schemas)
  const sources = domains.flatMap((domain) => readdirSync(join(schemas, domain)))
  return {
    domains,
    services: folders(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'package.json'))),
    events: events.map((event) => neighbour(event, written)),
    topics: [
      ...events.map(({ topic }) => topic),
      ...sources.map((file) => file.replace(/\.avsc$/, '')),
      ...folders(join(root, 'packages/events/released')),
    ],
    words: new Set([written, source('index.ts'), source('generated/index.ts')].join('\n').match(/\w+/g)),
  }
}

function neighbour(event: EventType, source: string): Neighbour {
  const { topic, producer, schema } = event
  const { namespace = '', fields } = schema as unknown as { namespace?: string; fields: Field[] }
  const declared = source.match(new RegExp(`^export const (\\w+) = event<[^>]*>\\(\\{\\s*topic: '${topic}'`, 'm'))
  return { topic, producer, fields, key: keyField(event), constant: declared?.[1] ?? '', domain: domainOf(namespace) }
}

const domainOf = (namespace: string) => namespace.split('.').at(-1)!

/** The key is a function: it is given a value whose every field is that field's name. */
export function keyField({ key }: EventType): string {
  return key(new Proxy({}, { get: (_, name) => name }))
}

function folders(path: string): string[] {
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}
