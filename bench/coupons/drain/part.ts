import type { BenchServers } from '../../arena/servers.ts'
import { type Contest, type Contestant, compete } from '../../measure/contest.ts'
import type { Part } from '../part.ts'
import type { Size } from '../size.ts'
import type { Coupon } from './coupon.ts'
import { drain } from './drain.ts'
import type { Drainer } from './drainer.ts'
import { couponWorker } from './drainers/coupon-worker.ts'
import { consumeAndProduce, kafkajsRecord } from './drainers/plain.ts'
import { buildSpring, springKafka } from './drainers/spring-kafka.ts'
import { rawInserts } from './raw-inserts.ts'
import { redisCounter } from './redis-counter.ts'

interface Variant {
  what: string
  /** How many of so many requests get a coupon. */
  stock(requests: number): number
}

const half: Variant = { what: 'half of the requests get one', stock: (requests) => requests / 2 }
/** All but the first few are told no. */
const soldOut: Variant = { what: 'sold out', stock: () => 10 }

/** How fast the backlog of a hot coupon is decided. */
export const drainPart: Part = async function* (servers, size, say) {
  if (size.spring) await buildSpring()
  const variants = size.drain.soldOut ? [half, soldOut] : [half]
  for (const variant of variants) {
    say(`  … one hot coupon, ${variant.what}`)
    yield await hotCoupon(servers, size, variant)
  }
  say('  … coupons written')
  yield await coupons(servers, size)
  for (const variant of variants) {
    say(`  … from few requests to many, ${variant.what}`)
    yield await growth(servers, size, variant)
  }
  say('  … settings')
  yield await settings(servers, size)
}

function hotCoupon(servers: BenchServers, size: Size, { what, stock }: Variant): Promise<Contest> {
  const { requests, springRequests, kafkajsRequests, warmUp, springWarmUp, kafkajsWarmUp } = size.drain
  const contestant = (drainer: Drainer, count: number) =>
    drained(servers, size, drainer, [{ stock: stock(count), requests: count, partition: 'behind' }])
  const record = kafkajsRecord(kafkajsWarmUp)
  const spring = springKafka(springWarmUp)
  return compete(`One hot coupon, ${what}`, size.spring ? spring.name : record.name, size, [
    ...(size.spring ? [contestant(spring, springRequests)] : []),
    contestant(record, kafkajsRequests),
    contestant(couponWorker(warmUp), requests),
    contestant(consumeAndProduce(warmUp), requests),
    redisCounter(servers, requests, stock(requests)),
  ])
}

/** Coupons a second, against what Postgres takes of the same rows when nobody decides anything. */
function coupons(servers: BenchServers, size: Size): Promise<Contest> {
  const { requests, warmUp } = size.drain
  const raw = rawInserts(servers, size)
  const worker = (name: string, stock: number): Contestant => ({
    name,
    async round() {
      const coupon: Coupon = { stock, requests, partition: 'behind' }
      const { issued, seconds } = await drain(servers, size, couponWorker(warmUp), [coupon])
      return { 'coupons/s': issued / seconds }
    },
  })
  return compete('Coupons written', raw.name, size, [
    raw,
    worker('coupon-worker, half of the requests get one', requests / 2),
    worker('coupon-worker, all of them', requests),
  ])
}

/**
 * What a decision costs must not depend on how many there were. Coupons that few ask for are drained one after the other, so
 * many of them that the clock has something to measure.
 */
function growth(servers: BenchServers, size: Size, { what, stock }: Variant): Promise<Contest> {
  const name = (requests: number) => `${requests.toLocaleString('en')} requests a coupon`
  const { growth: sizes, growthAtLeast, warmUp } = size.drain
  const contestants = sizes.map(
    (requests): Contestant => ({
      name: name(requests),
      async round() {
        const coupon: Coupon = { stock: stock(requests), requests, partition: 'behind' }
        const coupons = new Array<Coupon>(Math.ceil(growthAtLeast / requests)).fill(coupon)
        const { decisions, seconds, processorMicros } = await drain(servers, size, couponWorker(warmUp), coupons)
        const micros = (seconds * 1e6) / decisions
        return { 'µs a decision': micros, 'decisions/s': decisions / seconds, 'processor µs': processorMicros }
      },
    }),
  )
  return compete(`From few requests to many, ${what}`, name(sizes[0]!), size, contestants)
}

/** The settings that were asked for, which are slow for coupons: that they decide the same is what counts. */
function settings(servers: BenchServers, size: Size): Promise<Contest> {
  const { coupons: count, requestsPerCoupon: requests, warmUp } = size.drain
  const several = new Array<Coupon>(count).fill({ stock: requests / 2, requests, partition: 'anywhere' })
  const asked = (partitions: number, poll?: string): Contestant => {
    const name = `${poll ?? 'default'} a poll, ${partitions} partitions, concurrency 5`
    const env = { KAFKA_CONCURRENCY: '5', ...(poll && { KAFKA_MAX_POLL_RECORDS: poll }) }
    return drained(servers, { ...size, partitions }, couponWorker(warmUp, { name, env }), several)
  }
  const contestants = [asked(10), asked(10, '10'), asked(5, '10')]
  return compete(`${count} coupons at once, each for half of those who ask`, contestants[0]!.name, size, contestants)
}

function drained(
  servers: BenchServers,
  arena: Pick<Size, 'from'> & { partitions?: number },
  drainer: Drainer,
  coupons: Coupon[],
): Contestant {
  return {
    name: drainer.name,
    async round() {
      const { decisions, seconds, processorMicros } = await drain(servers, arena, drainer, coupons)
      return { 'decisions/s': decisions / seconds, 'processor µs': processorMicros }
    },
  }
}
