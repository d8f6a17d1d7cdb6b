import { type Contracts, connectContracts, type EventType } from '@firstcome/events'
import { createAdmin, type PartitionOffsets } from './admin.ts'
import type { Connect, Identity } from './client.ts'
import { type ConsumerBuilder, type ConsumerOptions, createConsumer } from './consumer/builder.ts'
import { type EncodedRecord, type Envelope, envelopeHeaders } from './envelope.ts'
import type { Host, Resource } from './host.ts'
import { createMetrics } from './metrics.ts'
import { untilRegistryAnswers } from './patience.ts'
import { createProducer, type SendOptions } from './producer/producer.ts'
import type { Position } from './producer/record.ts'
import type { KafkaConfig } from './settings.ts'

export interface Kafka extends Resource {
  contracts: Contracts
  /**
   * Sends one event and resolves once every in-sync replica has it. Rejects with KafkaError (see its table) or, for a value
   * that does not fit its schema, ContractError `EVENT_INVALID`. After `DELIVERY_TIMEOUT` the outcome is unknown: send
   * again with the same `id`.
   */
  send<T>(event: EventType<T>, value: T, envelope?: Envelope & SendOptions): Promise<Position>
  /**
   * Sends records that are encoded already, in their order per key. Settles only once each of them is settled; rejects
   * with the first failure, after which all of them may be sent again.
   */
  sendRecords(records: EncodedRecord[], options?: SendOptions): Promise<Position[]>
  /** What `send` would write: for an outbox, inside a transaction. Synchronous. */
  encode<T>(event: EventType<T>, value: T, envelope?: Envelope): EncodedRecord
  /** A consumer of this group; `service.use` starts it. */
  consumer(group: string, options?: ConsumerOptions): ConsumerBuilder
  /** Where each partition's log begins and ends. */
  topicOffsets(topic: string): Promise<PartitionOffsets[]>
  /** What a group has committed of a topic, by partition. */
  committed(group: string, topic: string): Promise<Map<number, number>>
  /** The cluster that was connected to: positions of another one mean nothing. */
  clusterId: string
}

/**
 * Connects to Kafka and the registry. Rejects, and leaves nothing open, when a topic of `events` is missing, or the contract
 * of one that the host publishes, or nobody answers: a service does not start half. Only for the registry a host that can
 * wait waits. `connect` replaces the way to the brokers, for tests of bad networks.
 */
export async function connectKafka(
  config: KafkaConfig,
  host: Host,
  events: readonly EventType<never>[],
  connect?: Connect,
): Promise<Kafka> {
  const log = host.log.child({ component: 'kafka' })
  const metrics = createMetrics(host.metrics)
  const identity: Identity = { clientId: host.name, log, connect }
  const full = (name: string) => `${config.prefix}${name}`

  const admin = createAdmin(config, identity)
  const producer = createProducer(config, identity, { metrics, admin })
  const close = async () => {
    await producer.close()
    await admin.close()
  }

  const givenUp = new AbortController()
  const contractsOf = () =>
    connectContracts(config.registryUrl, events as readonly EventType[], { producer: host.name })
  const connecting = [
    untilRegistryAnswers(contractsOf, host, config.registryUrl, givenUp.signal),
    admin.clusterId(),
    producer.start(events.map(({ topic }) => full(topic))),
  ] as const
  const [contracts, clusterId] = await Promise.all(connecting).catch(async (error) => {
    givenUp.abort()
    await Promise.allSettled(connecting)
    await close()
    throw error
  })

  const encode = <T>(event: EventType<T>, value: T, envelope: Envelope = {}): EncodedRecord => ({
    topic: event.topic,
    key: event.key(value),
    value: contracts.encode(event, value),
    headers: envelopeHeaders(event.type, host.name, { ...host.tracing.current(), ...envelope }),
  })

  const raw = ({ topic, key, value, headers }: EncodedRecord) => ({
    topic: full(topic),
    key: Buffer.from(key),
    value,
    headers,
  })

  return {
    name: 'kafka',
    contracts,
    clusterId,
    encode,
    async send(event, value, { deadlineMs, ...envelope } = {}) {
      const [position] = await producer.send([raw(encode(event, value, envelope))], { deadlineMs })
      return position!
    },
    sendRecords: (records, options) => producer.send(records.map(raw), options),
    consumer: (group, options) =>
      createConsumer(group, options, {
        config,
        host,
        identity,
        events,
        metrics,
        admin,
        producer,
        contracts,
        clusterId,
      }),
    topicOffsets: (topic) => admin.topicOffsets(full(topic)),
    committed: (group, topic) => admin.committed(full(group), full(topic)),
    async check() {
      await Promise.all([producer.check(), admin.clusterId(), contracts.check()])
    },
    close,
  }
}
