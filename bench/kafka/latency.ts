import { setTimeout as sleep } from 'node:timers/promises'
import { type Contest, type Contestant, compete } from '../measure/contest.ts'
import { percentile } from '../measure/figures.ts'
import { openField, type Servers } from './cluster.ts'
import { firstcome } from './produce/firstcome.ts'
import { kafkajsAwaited, kafkajsBatched } from './produce/kafkajs.ts'
import { platformatic } from './produce/platformatic.ts'
import type { BenchProducer, Records } from './produce/producer.ts'
import { sampleRecords } from './record.ts'
import type { Size } from './size.ts'

const POLICIES = 100
const PARTITIONS = 10
const RATE = 500

type Times = (producer: BenchProducer, records: Records) => Promise<number[]>

/** Milliseconds from a send to its acknowledgement: the next one leaves when the last one is back. */
export async function oneAtATime(servers: Servers, size: Size): Promise<Contest> {
  const times: Times = async (producer, records) => {
    const taken: number[] = []
    for (let n = 0; n < size.singles; n++) {
      const began = performance.now()
      await producer.send(records(n))
      taken.push(performance.now() - began)
    }
    return taken
  }
  return latency('Latency, one record at a time', servers, size, times, [kafkajsAwaited])
}

/** The same while records leave at a fixed rate, ready or not; counted from when each was due. */
export async function atFixedRate(servers: Servers, size: Size): Promise<Contest> {
  const times: Times = async (producer, records) => {
    const began = performance.now()
    const taken: Promise<number>[] = []
    while (taken.length < size.paced) {
      const now = performance.now()
      for (let due = began; due <= now && taken.length < size.paced; ) {
        due = began + (taken.length * 1000) / RATE
        if (due > now) break
        taken.push(producer.send(records(taken.length)).then(() => performance.now() - due))
      }
      await sleep(1)
    }
    return Promise.all(taken)
  }
  const title = `Latency at ${RATE} records a second`
  return latency(title, servers, size, times, [kafkajsAwaited, kafkajsBatched])
}

async function latency(
  title: string,
  servers: Servers,
  size: Size,
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
        async round() {
          const before = await field.written()
          const taken = await times(producer, records)
          const written = (await field.written()) - before
          if (written !== taken.length)
            throw new Error(`${producer.name}: ${taken.length} records acknowledged, ${written} in the log`)
          return { 'p50 ms': percentile(taken, 50), 'p99 ms': percentile(taken, 99) }
        },
        close: producer.close,
      }),
    )
    return await compete(title, producers[0]!.name, size, contestants)
  } finally {
    await field.close()
  }
}
