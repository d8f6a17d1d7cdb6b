import type { KafkaMessage } from 'kafkajs'
import { type Mark, markOf } from './event.ts'

/** A record in the log. */
export interface Published extends Mark {
  key: string
  /** The broker's time, epoch milliseconds. */
  at: number
}

export const published = ({ key, headers, timestamp }: KafkaMessage): Published => ({
  ...markOf(headers),
  key: key!.toString(),
  at: Number(timestamp),
})

/** @throws unless each of `total` events is there once, and those of a key in the order of their numbers where that is asked for. */
export function checkMarks(
  name: string,
  records: Pick<Published, 'n' | 'key'>[],
  total: number,
  { inOrder }: { inOrder: boolean },
): void {
  const seen = new Set(records.map(({ n }) => n))
  if (records.length !== total || seen.size !== total) {
    throw new Error(`${name}: ${total} events, ${records.length} in the log, ${seen.size} different ones`)
  }
  const last = new Map<string, number>()
  for (const { n, key } of records) {
    if (inOrder && n < (last.get(key) ?? -1)) throw new Error(`${name}: event ${n} came after event ${last.get(key)}`)
    last.set(key, n)
  }
}
