import type { KafkaProxy } from '@firstcome/testing'
import kafkajs from 'kafkajs'
import { onTestFinished } from 'vitest'
import { type Testbed, topic } from '../../src/testbed.ts'
import type { Send } from './load.ts'

/**
 * kafkajs as its documentation has it: one idempotent producer, shared by all callers, with the settings that were asked for
 * (all acknowledgements, three retries, snappy left out: it changes nothing here).
 */
export async function plainSender(bed: Testbed, proxy: KafkaProxy, requestTimeout: number): Promise<Send> {
  const producer = new kafkajs.Kafka({
    clientId: 'plain',
    brokers: bed.config.brokers,
    requestTimeout,
    retry: { initialRetryTime: 100, retries: 3 },
    socketFactory: ({ onConnect }) => proxy.connect().once('connect', onConnect),
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer({
    idempotent: true,
    retry: { retries: 3 },
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  return async ({ key, value, headers }) => {
    const [at] = await producer.send({
      topic: bed.prefix + topic,
      acks: -1,
      // An empty key stands for none: our own records always have one.
      messages: [{ key: key === '' ? null : key, value, headers }],
    })
    return { partition: at!.partition, offset: Number(at!.baseOffset) }
  }
}
