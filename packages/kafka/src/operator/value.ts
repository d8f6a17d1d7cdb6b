import { catalogue, connectContracts, type EventType } from '@firstcome/events'
import { asError } from '../errors/kafka-error.ts'

/** A letter's value as the registry reads it, or its bytes and why it could not. */
export type ReadableValue = { event: string; value: unknown } | { hex: string | null; why: string }

/** `topic` is without prefix. Never rejects: a letter often is one because its value can not be read. */
export async function readValue(
  topic: string,
  bytes: Buffer | null,
  registryUrl: string | undefined,
): Promise<ReadableValue> {
  const unreadable = (why: string): ReadableValue => ({ hex: bytes?.toString('hex') ?? null, why })
  if (bytes === null) return unreadable('there is no value')
  const event = (catalogue as readonly EventType<never>[]).find((one) => one.topic === topic)
  if (!event) return unreadable(`the catalogue has no event of the topic '${topic}'`)
  if (!registryUrl) return unreadable('SCHEMA_REGISTRY_URL is not set')
  try {
    const contracts = await connectContracts(registryUrl, [event as EventType])
    return { event: event.type, value: await contracts.decode(event, bytes) }
  } catch (error) {
    return unreadable(asError(error).message)
  }
}
