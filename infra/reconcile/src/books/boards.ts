import type { Redis } from 'ioredis'

/**
 * What ranking-service keeps in Redis. All that this tool knows of its keys is in this file:
 *
 *     {ranking}:live                         the generation that is shown; not there: '0'
 *     {ranking}:<generation>:<board>         sorted set: product id, padded, with the negative of what was sold
 *     {ranking}:<generation>:seen:<day>      set: the orders that were counted on that day
 */
const base = '{ranking}'
const seenKey = (generation: string, day: string) => `${base}:${generation}:seen:${day}`

/** Members asked for, or read, by one command. */
const PART = 1_000

/** What was sold, by product. */
export type Sums = Map<number, number>

export async function liveGeneration(redis: Redis): Promise<string> {
  return (await redis.get(`${base}:live`)) ?? '0'
}

/** Whether the orders are in the seen-sets of their days, in their order. */
export async function areCounted(
  redis: Redis,
  generation: string,
  orders: { orderId: string; day: string }[],
): Promise<boolean[]> {
  const counted = new Array<boolean>(orders.length).fill(false)
  const indices = orders.map((_, index) => index)
  const pipeline = redis.pipeline()
  const asked: number[][] = []
  for (const [day, ofDay] of Map.groupBy(indices, (index) => orders[index]!.day)) {
    for (const part of parts(ofDay)) {
      asked.push(part)
      pipeline.smismember(seenKey(generation, day), ...part.map((index) => orders[index]!.orderId))
    }
  }
  const answers = await values(pipeline.exec())
  for (const [i, part] of asked.entries()) {
    for (const [j, index] of part.entries()) counted[index] = (answers[i] as number[])[j] === 1
  }
  return counted
}

export interface Moment {
  generation: string
  /** By board. */
  sums: Map<string, Sums>
  /** By day: how many orders its seen-set holds. */
  seen: Map<string, number>
  /** Those of the orders asked about that were counted by then. */
  counted: Set<string>
}

/** Boards and seen-sets as they are at one and the same moment. */
export async function readMoment(
  redis: Redis,
  generation: string,
  asked: { boards: string[]; days: string[]; orders: { orderId: string; day: string }[] },
): Promise<Moment> {
  const { boards, days, orders } = asked
  const multi = redis.multi().get(`${base}:live`)
  for (const board of boards) multi.zrange(`${base}:${generation}:${board}`, '0', '-1', 'WITHSCORES')
  for (const day of days) multi.scard(seenKey(generation, day))
  const ofDays = [...Map.groupBy(orders, ({ day }) => day)].flatMap(([day, all]) =>
    parts(all).map((part) => ({ day, part })),
  )
  for (const { day, part } of ofDays) multi.smismember(seenKey(generation, day), ...part.map(({ orderId }) => orderId))

  const [live, ...answers] = await values(multi.exec())
  const scores = answers.splice(0, boards.length) as string[][]
  const sizes = answers.splice(0, days.length) as number[]
  const members = answers as number[][]
  return {
    generation: (live as string | null) ?? '0',
    sums: new Map(boards.map((board, i) => [board, sumsOf(scores[i]!)])),
    seen: new Map(days.map((day, i) => [day, sizes[i]!])),
    counted: new Set(
      ofDays.flatMap(({ part }, i) => part.filter((_, j) => members[i]![j] === 1)).map((one) => one.orderId),
    ),
  }
}

/** All that a day's seen-set holds, in parts; a member may come twice. */
export async function* seenOf(redis: Redis, generation: string, day: string): AsyncGenerator<string[]> {
  let cursor = '0'
  do {
    const [next, members] = await redis.sscan(seenKey(generation, day), cursor, 'COUNT', PART)
    if (members.length > 0) yield members
    cursor = next
  } while (cursor !== '0')
}

function sumsOf(scores: string[]): Sums {
  const sums: Sums = new Map()
  for (let i = 0; i < scores.length; i += 2) {
    const sold = -Number(scores[i + 1])
    // A product that came to nothing is as one that was never sold.
    if (sold !== 0) sums.set(Number(scores[i]), sold)
  }
  return sums
}

function parts<T>(all: T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / PART) }, (_, i) => all.slice(i * PART, (i + 1) * PART))
}

async function values(exec: Promise<[Error | null, unknown][] | null>): Promise<unknown[]> {
  return ((await exec) ?? []).map(([error, value]) => {
    if (error) throw error
    return value
  })
}
