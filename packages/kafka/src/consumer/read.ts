import type { Contracts } from '@firstcome/events'
import type { KafkaMessage } from 'kafkajs'
import { type Message, toMessage } from '../envelope.ts'
import { KafkaError } from '../errors/kafka-error.ts'
import { originOf, type Source } from './source.ts'

/** The readable messages at the start of a slice, and what stopped the reading, if something did. */
export interface Readable {
  messages: Message<unknown>[]
  error?: unknown
}

/** Decodes a slice up to the first message that can not be read. Awaits only where a writer's schema is seen for the first time. */
export async function read(
  contracts: Contracts,
  source: Source,
  partition: number,
  slice: KafkaMessage[],
  recordBytes: number,
): Promise<Readable> {
  const { event } = source.route
  const messages: Message<unknown>[] = []
  try {
    for (const raw of slice) {
      if (!raw.key) throw new KafkaError('KEY_MISSING', 'The record has no key')
      if (!raw.value) throw new KafkaError('VALUE_MISSING', 'The record has no value')
      if (raw.value.length > recordBytes) {
        throw new KafkaError('RECORD_TOO_LARGE', `A value of ${raw.value.length} bytes; the limit is ${recordBytes}`)
      }
      const value = contracts.decode(event, raw.value)
      const origin = originOf(source, partition, raw)
      messages.push(toMessage(event, raw, origin, value instanceof Promise ? await value : value))
    }
    return { messages }
  } catch (error) {
    return { messages, error }
  }
}
