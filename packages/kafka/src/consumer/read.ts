import type { Contracts, EventType } from '@firstcome/events'
import type { KafkaMessage } from 'kafkajs'
import { type Message, toMessage } from '../envelope.ts'
import { KafkaError } from '../errors/kafka-error.ts'

/** The readable messages at the start of a slice, and what stopped the reading, if something did. */
export interface Readable {
  messages: Message<unknown>[]
  error?: unknown
}

/** Decodes a slice up to the first message that can not be read. Awaits only where a writer's schema is seen for the first time. */
export async function read(
  contracts: Contracts,
  event: EventType,
  partition: number,
  slice: KafkaMessage[],
): Promise<Readable> {
  const messages: Message<unknown>[] = []
  try {
    for (const raw of slice) {
      if (!raw.key) throw new KafkaError('KEY_MISSING', 'The record has no key')
      if (!raw.value) throw new KafkaError('VALUE_MISSING', 'The record has no value')
      const value = contracts.decode(event, raw.value)
      messages.push(toMessage(event, partition, raw, value instanceof Promise ? await value : value))
    }
    return { messages }
  } catch (error) {
    return { messages, error }
  }
}
