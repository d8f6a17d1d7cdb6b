import type { EncodedRecord } from '@firstcome/kafka'

/** The n-th record of a measurement. */
export type Records = (n: number) => EncodedRecord

/** One client's producer, as somebody who knows it well would drive it: acks from all replicas, idempotent, snappy. */
export interface BenchProducer {
  name: string
  /** Resolves when this record is acknowledged. */
  send(record: EncodedRecord): Promise<unknown>
  /** `count` records as fast as this way of sending goes; resolves when the last one is acknowledged. */
  flood(count: number, records: Records): Promise<unknown>
  close(): Promise<void>
}

/** So many at a time, each awaiting its own before it goes on with the next: what a busy HTTP service looks like. */
export async function callers(
  concurrency: number,
  count: number,
  call: (n: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const caller = async () => {
    while (next < count) await call(next++)
  }
  await Promise.all(Array.from({ length: concurrency }, caller))
}

/** The records from `start` on, as many as a batch takes. */
export const batchAt = (start: number, size: number, count: number, records: Records): EncodedRecord[] =>
  Array.from({ length: Math.min(size, count - start) }, (_, i) => records(start + i))
