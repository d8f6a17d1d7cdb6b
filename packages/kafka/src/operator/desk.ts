import type { KafkaMessage } from 'kafkajs'
import { Registry } from 'prom-client'
import { createAdmin } from '../admin.ts'
import { createClient, type Identity } from '../client.ts'
import { KafkaError } from '../errors/kafka-error.ts'
import { createMetrics } from '../metrics.ts'
import { createProducer, type SendOptions } from '../producer/producer.ts'
import type { Position, RawRecord } from '../producer/record.ts'
import type { KafkaConfig } from '../settings.ts'
import { type Action, actionsTopic, readAction } from './action.ts'
import { deadLetterSuffix, type Letter, readLetter, retryTopicOf } from './letter.ts'
import { type LogReader, type Mark, openLogReader } from './log-reader.ts'
import { type Place, placeName } from './place.ts'
import { messageOf, type Story, tell, untold } from './story.ts'

/** A dead letter and the record that it is. */
export interface LetterRecord {
  letter: Letter
  raw: KafkaMessage
}

/** What an operator works at: the letters there are, what was done about them, and the means to do something. */
export interface Desk {
  /** By topic, partition and offset. */
  letters: LetterRecord[]
  storyOf(letter: Letter): Story
  retryTopicOf(letter: Letter): string | undefined
  /** Takes in what others have done meanwhile. */
  refresh(): Promise<void>
  /** Connects, and looks up where these topics are: first, since neither should count against the time of a batch. */
  prepare(topics: string[]): Promise<void>
  /** Writes actions down, and takes them in with all that came before them in the log. */
  record(actions: Action[]): Promise<void>
  send(record: RawRecord, options: SendOptions): Promise<Position>
  /** Where each partition of a topic begins and ends. */
  ends(topic: string): Promise<{ low: number; high: number }[]>
  /** Every record of a topic from these offsets (by partition) to where it ends now. */
  readFrom(topic: string, offsets: number[], onRecord: (place: Place, raw: KafkaMessage) => void): Promise<void>
  close(): Promise<void>
}

export interface DeskOptions {
  /** Only these letters, which have to be there; otherwise all of all groups. */
  places?: Place[] | undefined
  /** Keeps a letter at all. */
  wanted?(letter: Letter): boolean
  /** Keeps the values too, which are most of it. Default: yes. */
  withRecords?: boolean
}

/** A place was named that holds no letter. */
export class NoSuchLetter extends Error {}

export async function openDesk(
  config: KafkaConfig,
  identity: Identity,
  { places, wanted = () => true, withRecords = true }: DeskOptions = {},
): Promise<Desk> {
  const admin = createAdmin(config, identity)
  const producer = createProducer(config, identity, { metrics: createMetrics(new Registry()), admin })
  const actions = `${config.prefix}${actionsTopic}`
  const letters: LetterRecord[] = []
  const stories = new Map<string, Story>()
  let reader: LogReader | undefined

  const close = async () => {
    await Promise.all([reader?.close(), producer.close()])
    await admin.close()
  }

  try {
    const topics = await listTopics(config, identity)
    const named = places?.map((place) => withPrefix(place, topics, config.prefix))
    const dltTopics = topics.filter((topic) => topic.startsWith(config.prefix) && topic.endsWith(deadLetterSuffix))
    const read = named ? [...new Set(named.map(({ topic }) => topic))] : dltTopics
    const ends = await Promise.all(
      [...read, actions].filter((topic) => topics.includes(topic)).map((topic) => endsOf(admin, topic).catch(ifGone)),
    )
    const marks = named ? onlyNamed(ends.flat(), named, actions) : ends.flat()
    const names = named && new Set(named.map(placeName))

    const onRecord = (topic: string, partition: number, raw: KafkaMessage) => {
      if (topic === actions) return takeIn(readAction(raw.value))
      if (names && !names.has(placeName({ topic, partition, offset: Number(raw.offset) }))) return
      const letter = readLetter(topic, partition, raw)
      if (wanted(letter)) letters.push({ letter, raw: withRecords ? raw : withoutBytes(raw) })
    }
    const takeIn = (action: Action | undefined) => {
      if (!action) return
      const message = messageOf(action)
      stories.set(message, tell(stories.get(message) ?? untold, action))
    }

    if (marks.length > 0) {
      const starts = marks.map(({ low, ...mark }) => ({ ...mark, offset: low }))
      reader = await openLogReader(config, identity, starts, onRecord)
      await reader.readTo(marks.filter(({ low, offset }) => offset > low))
    }
    letters.sort(({ letter: a }, { letter: b }) => byPlace(a, b))
    for (const place of named ?? []) {
      if (!letters.some(({ letter }) => letter.place === placeName(place))) throw noSuchLetter(place)
    }

    return {
      letters,
      storyOf: (letter) => stories.get(messageOf(letter)) ?? untold,
      retryTopicOf: (letter) => retryTopicOf(letter, topics),
      async refresh() {
        if (topics.includes(actions)) await reader!.readTo(await endsOf(admin, actions))
      },
      async prepare(targets) {
        if (topics.includes(actions)) return producer.start([actions, ...targets])
        throw new KafkaError('TOPIC_MISSING', `The topic ${actions} is missing: run the topics job`)
      },
      async record(said) {
        const written = await producer.send(
          said.map((action) => ({
            topic: actions,
            key: Buffer.from(action.letter),
            value: Buffer.from(JSON.stringify(action)),
            headers: { 'content-type': 'application/json' },
          })),
        )
        await reader!.readTo(
          written.map(({ partition, offset }) => ({ topic: actions, partition, offset: offset + 1 })),
        )
      },
      send: async (record, options) => (await producer.send([record], options))[0]!,
      ends: (topic) => endsOf(admin, topic).then((all) => all.map(({ low, offset }) => ({ low, high: offset }))),
      async readFrom(topic, offsets, onRecordOf) {
        const now = await endsOf(admin, topic)
        const starts = now.map((mark) => ({ ...mark, offset: Math.max(mark.low, offsets[mark.partition] ?? 0) }))
        const other = await openLogReader(config, identity, starts, (_topic, partition, raw) =>
          onRecordOf({ topic, partition, offset: Number(raw.offset) }, raw),
        )
        try {
          await other.readTo(now)
        } finally {
          await other.close()
        }
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function listTopics(config: KafkaConfig, identity: Identity): Promise<string[]> {
  const admin = createClient(config, identity).admin()
  try {
    await admin.connect()
    return await admin.listTopics()
  } catch (cause) {
    const message = `Kafka did not answer at ${config.brokers.join(', ')}: ${(cause as Error).message}`
    throw new KafkaError('UNAVAILABLE', message, { cause })
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

type Ends = Mark & { low: number }

async function endsOf(admin: ReturnType<typeof createAdmin>, topic: string): Promise<Ends[]> {
  const offsets = await admin.topicOffsets(topic)
  return offsets
    .map(({ partition, low, high }) => ({ topic, partition, low, offset: high }))
    .sort((a, b) => a.partition - b.partition)
}

/** A topic may be deleted while we look. */
function ifGone(error: unknown): Ends[] {
  if (error instanceof KafkaError && error.code === 'TOPIC_MISSING') return []
  throw error
}

/** The name as it is, or the one that it has on this installation; others share the cluster, and may have the same names. */
function withPrefix(place: Place, topics: string[], prefix: string): Place {
  const ours = (name: string) => name.startsWith(prefix) && topics.includes(name)
  const topic = [place.topic, `${prefix}${place.topic}`].find(ours)
  if (!topic?.endsWith(deadLetterSuffix)) throw noSuchLetter(place)
  return { ...place, topic }
}

/** The stretch of each partition that holds what was named; nothing of the others. */
function onlyNamed(ends: Ends[], places: Place[], actions: string): Ends[] {
  return ends.map((end) => {
    if (end.topic === actions) return end
    const offsets = places.filter((place) => isIn(place, end)).map(({ offset }) => offset)
    const gone = offsets.find((offset) => offset < end.low || offset >= end.offset)
    if (gone !== undefined) throw noSuchLetter({ ...end, offset: gone })
    return offsets.length > 0
      ? { ...end, low: Math.min(...offsets), offset: Math.max(...offsets) + 1 }
      : { ...end, low: end.offset }
  })
}

const isIn = (place: Place, { topic, partition }: Mark) => place.topic === topic && place.partition === partition
const noSuchLetter = (place: Place) => new NoSuchLetter(`There is no dead letter ${placeName(place)}`)

function byPlace(a: Letter, b: Letter): number {
  if (a.dltTopic !== b.dltTopic) return a.dltTopic < b.dltTopic ? -1 : 1
  return a.partition - b.partition || a.offset - b.offset
}

/** The headers are named because a copy has none: they are a getter of the record's class. */
function withoutBytes(raw: KafkaMessage): KafkaMessage {
  return { ...raw, headers: raw.headers, key: null, value: null } as KafkaMessage
}
