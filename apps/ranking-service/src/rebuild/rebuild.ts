import { randomUUIDv7 } from 'node:crypto'
import { type OrderConfirmed, orderConfirmed } from '@firstcome/events'
import { type Kafka, readAgain, source } from '@firstcome/kafka'
import { type Boards, RebuildOver } from '../board/boards.ts'
import type { Generations } from './generations.ts'

export interface RebuildOptions {
  kafka: Pick<Kafka, 'consumer' | 'topicOffsets'>
  boards: Boards
  generations: Generations
  /** Orders counted by one call. */
  batch: number
  signal: AbortSignal
  onProgress?: (orders: number) => void
}

export interface Rebuilt {
  orders: number
  /** Records that said of an order what another had said. */
  repeated: number
}

/** @throws where one is under way: two would only take turns in throwing away each other's work. */
export class RebuildRunning extends Error {
  readonly code = 'REBUILD_RUNNING'
}

/**
 * Counts the whole topic again, into boards that nobody sees, and then shows those instead, in one step: there is no moment
 * without boards. Orders that are confirmed meanwhile are counted in both by the service. Whatever goes wrong, the boards that
 * are shown stay.
 */
export async function rebuild({
  kafka,
  boards,
  generations,
  batch,
  signal,
  onProgress,
}: RebuildOptions): Promise<Rebuilt> {
  const generation = randomUUIDv7()
  if (!(await generations.begin(generation))) {
    throw new RebuildRunning('A rebuild is under way, or died less than a minute ago')
  }
  const { before, ...rebuilt } = await make().catch(async (error: unknown) => {
    await generations.abandon(generation).catch(() => {})
    await generations.drop(generation).catch(() => {})
    throw error
  })
  await generations.drop(before)
  return rebuilt

  async function make(): Promise<Rebuilt & { before: string }> {
    for (const left of await generations.leftBehind()) await generations.drop(left)

    let orders = 0
    let records = 0
    const over = new AbortController()
    const countAgain = async (confirmed: OrderConfirmed[]) => {
      const counted = await boards.countAgain(generation, confirmed).catch((error: unknown) => {
        // No outage that a consumer should wait for the end of.
        if (error instanceof RebuildOver) over.abort(error)
        throw error
      })
      // Partitions are read side by side: nothing may come between reading and writing a sum.
      orders += counted
      records += confirmed.length
      onProgress?.(records)
    }
    await readAgain({
      kafka,
      sources: [source(orderConfirmed, (messages) => countAgain(messages.map(({ value }) => value)))],
      group: `ranking-service.rebuild-${generation}`,
      batch,
      signal: AbortSignal.any([signal, over.signal]),
    })
    const before = await generations.show(generation)
    if (before === undefined) throw new RebuildOver('This rebuild stood still for too long, or another one has begun')
    return { before, orders, repeated: records - orders }
  }
}
