import { Refused, type Wish } from './arguments.ts'
import type { Field, Neighbour, Surroundings } from './surroundings.ts'

/** A new event, with everything decided. */
export interface Plan {
  topic: string
  domain: string
  /** In the catalogue: `orderShipped`. */
  constant: string
  /** The record: `OrderShipped`. */
  record: string
  producer: string
  consumers: string[]
  key: string
  /** Its key and its time. */
  fields: Field[]
  /** The catalogue's constant that it follows: the last of its domain. */
  after: string | undefined
}

/** Kafka allows 249 characters; the topics for retries and dead letters have the group's name besides. */
const MOST_CHARACTERS = 100

/** Completes what was asked for from what is there. @throws Refused, naming what can be chosen. */
export function plan(wish: Wish, around: Surroundings): Plan {
  const topic = topicOf(wish, around)
  const domain = domainOf(wish, around)
  const inDomain = around.events.filter((event) => event.domain === domain)
  const [constant, record] = namesOf(topic, around)
  const producer = producerOf(wish, domain, inDomain, around.services)
  const consumers = consumersOf(wish, around.services)
  const key = keyOf(wish, domain, inDomain)
  const fields = [fieldOf(key, [...inDomain, ...around.events]), timeOf(topic)]
  if (key === fields[1]!.name) throw new Refused(`'${key}' is the event's time: its key is another field.`)
  return { topic, domain, constant, record, producer, consumers, key, fields, after: inDomain.at(-1)?.constant }
}

function topicOf({ topic }: Wish, { topics, services }: Surroundings): string {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(topic) || topic.length > MOST_CHARACTERS)
    throw new Refused(
      `'${topic}' is no name for a topic: two words or more in lower case, joined by dashes (order-shipped), at most ${MOST_CHARACTERS} characters.`,
    )
  if (topics.includes(topic)) throw new Refused(`There is an event '${topic}' already. Nothing was written.`)
  if (services.includes(topic)) throw new Refused(`'${topic}' is a service: call the event by what happened.`)
  if (topic.startsWith('dead-letter')) throw new Refused(`'${topic}': dead letters have topics that no event is of.`)
  return topic
}

function domainOf({ topic, domain }: Wish, { domains }: Surroundings): string {
  const choices = `There are ${domains.join(', ')}; a new one is a new folder in packages/events/schemas.`
  if (domain !== undefined) {
    if (domains.includes(domain)) return domain
    throw new Refused(`There is no domain '${domain}'. ${choices}`)
  }
  const first = topic.split('-')[0]!
  const found = domains.find((one) => one === first || one === `${first}s`)
  if (found) return found
  throw new Refused(`Of which domain is '${topic}'? Say --domain. ${choices}`)
}

/** In code: camelCase for the value, PascalCase for the record. */
function namesOf(topic: string, { words }: Surroundings): [constant: string, record: string] {
  const record = topic.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())
  const constant = record[0]!.toLowerCase() + record.slice(1)
  const taken = [constant, record].find((name) => words.has(name))
  if (taken) throw new Refused(`In code '${topic}' would be '${taken}', which is something else already.`)
  return [constant, record]
}

function producerOf({ producer }: Wish, domain: string, inDomain: Neighbour[], services: string[]): string {
  if (producer !== undefined) return existing(producer, services)
  const usual = [...new Set(inDomain.map((event) => event.producer))]
  if (usual.length === 1) return usual[0]!
  const choices = (usual.length > 0 ? usual : services).join(', ')
  throw new Refused(`Which service publishes it? Say --producer; in ${domain} it is one of: ${choices}.`)
}

function consumersOf({ consumers = [] }: Wish, services: string[]): string[] {
  if (consumers.length === 0)
    throw new Refused(`Which services read it? Say --consumers, one or more of: ${services.join(', ')}.`)
  return [...new Set(consumers.map((one) => existing(one, services)))]
}

function existing(service: string, services: string[]): string {
  if (services.includes(service)) return service
  throw new Refused(`There is no service '${service}'. There are ${services.join(', ')}.`)
}

function keyOf({ key }: Wish, domain: string, inDomain: Neighbour[]): string {
  if (key === undefined) {
    const counts = Map.groupBy(inDomain, (event) => event.key)
    const [most] = [...counts].sort(([, a], [, b]) => b.length - a.length)
    if (most) return most[0]
    throw new Refused(`By which field are its records in order? Say --key; ${domain} has no other event to go by.`)
  }
  if (/^[a-z][A-Za-z0-9]*$/.test(key)) return key
  throw new Refused(`'${key}' is no name for a field: camelCase, such as orderId.`)
}

/** As the others have it; what is new is an id. */
function fieldOf(name: string, others: Neighbour[]): Field {
  const known = others.flatMap(({ fields }) => fields).find((field) => field.name === name)
  if (known && !isScalar(known.type)) throw new Refused(`'${name}' is more than one value: nothing to be in order by.`)
  if (known) return { name, type: known.type, ...(known.doc && { doc: known.doc }) }
  const words = name.replace(/Id$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return { name, type: { type: 'string', logicalType: 'uuid' }, doc: `${sentence(words)}, UUIDv7.` }
}

/** A plain type, or one with a meaning: `{ type: 'string', logicalType: 'uuid' }`. */
function isScalar(type: unknown): boolean {
  const name = typeof type === 'object' && type !== null && 'type' in type ? type.type : type
  return ['string', 'int', 'long'].includes(String(name))
}

/** order-shipped has shippedAt; what does not say what happened has occurredAt. */
function timeOf(topic: string): Field {
  const happened = topic.split('-').findLast((word) => /[^e]ed$/.test(word))
  const type = { type: 'long', logicalType: 'timestamp-millis' }
  return { name: `${happened ?? 'occurred'}At`, type, doc: 'When it happened.' }
}

export const sentence = (words: string): string => words[0]!.toUpperCase() + words.slice(1)
