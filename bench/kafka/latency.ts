import { setTimeout as sleep } from 'node:timers/promises'
import { type Contest, type Contestant, compete } from '../measure/contest.ts'
import { percentile } from '../measure/figures.ts'
import { openField, type Servers } from './cluster.ts'
import { inTheLog } from './log-count.ts'
import { firstcome } from './produce/firstcome.ts'
import { kafkajsAwaited, kafkajsBatched } from './produce/kafkajs.ts'
import { platformatic } from './produce/platformatic.ts'
import type { BenchProducer, Records } from './produce/producer.ts'
import { sampleRecords } from './record.ts'
import type { Size } from './size.ts'

const POLICIES = 100
const PARTITIONS = 10
const RATE = 500

/** Milliseconds that each of `count` records took. */
type Times = (producer: BenchProducer, count: number, records: Records) => Promise<number[]>

/** From a send to its acknowledgement; the next one leaves when the last one is back. */
export const oneAtATime = (servers: Servers, size: Size): Promise<Contest> =>
  latency('Latency, one record at a time', servers, { ...size, count: size.singles }, oneByOne, [kafkajsAwaited])

/** The same while records leave at a fixed rate, ready or not; counted from when each was due. */
export const atFixedRate = (servers: Servers, size: Size): Promise<Contest> =>
  latency(`Latency at ${RATE} records a second`, servers, { ...size, count: size.paced }, paced, [
    kafkajsAwaited,
    kafkajsBatched,
  ])

const oneByOne: Times = async (producer, count, records) => {
  const taken: number[] = []
  for (let n = 0; n < count; n++) {
    const began = performance.now()
    await producer.send(records(n))
    taken.push(performance.now() - began)
  }
  return taken
}

const paced: Times = async (producer, count, records) => {
  const began = performance.now()
  const taken: Promise<number>[] = []
  while (taken.length < count) {
    const due = began + (taken.length * 1000) / RATE
    if (due > performance.now()) await sleep(1)
    else taken.push(producer.send(records(taken.length)).then(() => performance.now() - due))
  }
  return Promise.all(taken)
}

async function latency(
  title: string,
  servers: Servers,
  { rounds, count }: { rounds: number; count: number },
  times: Times,
  plain: (typeof kafkajsAwaited)[],
): Promise<Contest> {
  const field = await openField(servers, PARTITIONS)
  try {
    const { kafka, client, topic, brokers } = field
    const records = sampleRecords(kafka, POLICIES)
    const producers = await Promise.all(plain.map((open) => open(client, topic)))
    producers.push(await platformatic(brokers, topic), firstcome(kafka))
    const contestants = producers.map(
      (producer): Contestant => ({
        name: producer.name,
        round: () =>
          inTheLog(field, producer.name, count, async () => {
            const taken = await times(producer, count, records)
            return { 'p50 ms': percentile(taken, 50), 'p99 ms': percentile(taken, 99) }
          }),
        close: producer.close,
      }),
    )
    return await compete(title, producers[0]!.name, { rounds }, contestants)
  } finally {
    await field.close()
  }
}
