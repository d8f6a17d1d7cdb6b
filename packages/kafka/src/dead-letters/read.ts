import type { Contracts, EventType } from '@firstcome/events'
import type { KafkaMessage } from 'kafkajs'
import type { DeadLetter } from '../consumer/handler.ts'
import { type Message, toMessage } from '../envelope.ts'
import { isOutage } from '../errors/outage/outage.ts'
import { type Origin, readOrigin } from '../retry/origin.ts'

/** A record of an event's dead-letter topic, read back. Rejects only with an outage: what can not be decoded has no `message`. */
export async function readDeadLetter(
  contracts: Contracts,
  event: EventType<unknown>,
  group: string,
  raw: KafkaMessage,
  place: string,
): Promise<DeadLetter> {
  const { headers = {}, timestamp, offset } = raw
  const text = (name: string) => headers[name]?.toString()
  // Somebody else's record: its place among the dead letters is all there is to say.
  const origin = readOrigin(headers) ?? { topic: '', partition: -1, offset, timestamp, attempts: 0, replays: 0 }
  return {
    group,
    topic: event.topic,
    partition: origin.partition,
    offset: Number(origin.offset),
    message: await decode(contracts, event, raw, origin),
    code: text('dlt-code') ?? 'UNKNOWN',
    reason: text('dlt-reason') ?? text('kafka_exception-message') ?? '',
    attempts: origin.attempts,
    replays: origin.replays,
    place,
  }
}

async function decode(
  contracts: Contracts,
  event: EventType<unknown>,
  raw: KafkaMessage,
  origin: Origin,
): Promise<Message<unknown> | undefined> {
  if (!raw.key || !raw.value) return undefined
  try {
    return toMessage(event, raw, origin, await contracts.decode(event, raw.value))
  } catch (error) {
    if (isOutage(error)) throw error
    return undefined
  }
}
