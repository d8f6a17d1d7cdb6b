import { couponIssueRequested } from '@firstcome/events'
import {
  Consumer,
  type Message,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  stringDeserializer,
} from '@platformatic/kafka'
import type { Field } from '../cluster.ts'
import type { BenchConsumer } from './consumer.ts'

const MAX_WAIT_MS = 100

type Received = Message<Buffer, Buffer, string, Buffer>

/** What no handler can do without: the value, and the event id by which it knows a repetition. */
async function read({ kafka }: Field, { value, headers }: Received) {
  return { id: headers.get('ce_id')?.toString(), value: await kafka.contracts.decode(couponIssueRequested, value) }
}

/** Its stream of messages of all partitions; a partition is committed after every so many of its messages. */
export const platformaticStream = (field: Field, every: number): BenchConsumer => ({
  name: '@platformatic/kafka stream',
  async start(groupId, handled) {
    const consumer = new Consumer({
      clientId: 'bench-platformatic',
      groupId,
      bootstrapBrokers: field.brokers,
      autocommit: false,
      maxWaitTime: MAX_WAIT_MS,
      deserializers: { headerKey: stringDeserializer },
    })
    const stream = await consumer.consume({
      topics: [field.topic],
      mode: MessagesStreamModes.COMMITTED,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
    })
    const open = new Map<number, { count: number; last: Received }>()
    const reading = (async () => {
      for await (const message of stream) {
        await read(field, message)
        handled(1)
        const count = (open.get(message.partition)?.count ?? 0) + 1
        if (count < every) open.set(message.partition, { count, last: message })
        else {
          open.delete(message.partition)
          await message.commit()
        }
      }
    })()
    return async () => {
      for (const { last } of open.values()) await last.commit()
      await stream.close()
      await reading
      await consumer.close(true)
    }
  },
})
