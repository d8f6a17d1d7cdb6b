import { type Contest, type Contestant, compete } from '../measure/contest.ts'
import { type Field, openField, type Servers } from './cluster.ts'
import { inTheLog } from './log-count.ts'
import { firstcome, firstcomeBatches, firstcomeEncoding } from './produce/firstcome.ts'
import { kafkajsAwaited, kafkajsBatched } from './produce/kafkajs.ts'
import { platformatic } from './produce/platformatic.ts'
import type { BenchProducer, Records } from './produce/producer.ts'
import { sampleRecords } from './record.ts'
import type { Size } from './size.ts'

/** Records a second at saturation. `policies` is the number of different keys. */
export async function throughput(
  title: string,
  servers: Servers,
  { partitions, policies }: { partitions: number; policies: number },
  size: Size,
): Promise<Contest> {
  const field = await openField(servers, partitions)
  try {
    const { kafka, client, topic, brokers } = field
    const records = sampleRecords(kafka, policies)
    const awaited = await kafkajsAwaited(client, topic)
    const batched = await kafkajsBatched(client, topic)
    const contestant = (producer: BenchProducer, count = size.flood) => flooded(field, producer, count, records)
    return await compete(title, batched.name, size, [
      contestant(awaited, size.awaited),
      contestant(batched),
      contestant(await platformatic(brokers, topic)),
      contestant(firstcome(kafka)),
      contestant(firstcomeEncoding(kafka, policies)),
      contestant(firstcomeBatches(kafka)),
    ])
  } finally {
    await field.close()
  }
}

function flooded(field: Field, producer: BenchProducer, count: number, records: Records): Contestant {
  return {
    name: producer.name,
    round: () =>
      inTheLog(field, producer.name, count, async () => {
        const began = performance.now()
        await producer.flood(count, records)
        return { 'records/s': (count * 1000) / (performance.now() - began) }
      }),
    close: producer.close,
  }
}
