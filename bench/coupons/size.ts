import type { From } from '../arena/services.ts'

/** How much of everything a run measures. */
export interface Size {
  from: From
  rounds: number
  /** Whether Spring Kafka takes part: Maven builds it. */
  spring: boolean
  drain: {
    /** Whether the coupon that is sold out is measured beside the one that half of them get. */
    soldOut: boolean
    /** Requests of a round. */
    requests: number
    /** The same for those who take a record at a time: Spring, kafkajs. */
    springRequests: number
    kafkajsRequests: number
    /** Requests before those that are measured. A JVM takes longer to be warm. */
    warmUp: number
    springWarmUp: number
    kafkajsWarmUp: number
    /** Sizes that the cost of a decision is compared at, over so many requests at least. */
    growth: number[]
    growthAtLeast: number
    /** Requests of each of so many coupons, for the settings that were asked for. */
    coupons: number
    requestsPerCoupon: number
  }
  accept: { rounds: number; seconds: number; connections: number[]; users: number }
  rush: {
    /** Requests a second; undefined: half of what `accept` reached. */
    rate: number | undefined
    seconds: number
    users: number
  }
  memory: { minutes: number; rate: number; users: number }
  fairness: { backlog: number; small: number }
}

const full: Size = {
  from: 'dist',
  rounds: 3,
  spring: true,
  drain: {
    soldOut: true,
    requests: 200_000,
    springRequests: 20_000,
    kafkajsRequests: 4_000,
    warmUp: 30_000,
    springWarmUp: 20_000,
    kafkajsWarmUp: 1_000,
    growth: [10_000, 100_000, 1_000_000],
    growthAtLeast: 200_000,
    coupons: 20,
    requestsPerCoupon: 2_500,
  },
  accept: { rounds: 5, seconds: 5, connections: [64, 256], users: 50_000 },
  rush: { rate: undefined, seconds: 20, users: 50_000 },
  memory: { minutes: 10, rate: 500, users: 50_000 },
  fairness: { backlog: 100_000, small: 1_000 },
}

/** Shows that everything works; its figures mean nothing. */
const quick: Size = {
  from: 'src',
  rounds: 1,
  spring: false,
  drain: {
    soldOut: false,
    requests: 1_000,
    springRequests: 500,
    kafkajsRequests: 60,
    warmUp: 300,
    springWarmUp: 300,
    kafkajsWarmUp: 20,
    growth: [1_000],
    growthAtLeast: 2_000,
    coupons: 5,
    requestsPerCoupon: 40,
  },
  accept: { rounds: 1, seconds: 0.5, connections: [8], users: 200 },
  rush: { rate: 100, seconds: 1, users: 200 },
  memory: { minutes: 0.05, rate: 100, users: 200 },
  fairness: { backlog: 1_000, small: 50 },
}

export interface Sizing {
  quick: boolean
  /** Of the full size; what is quick stays as it is. */
  scale?: number
  /** How long memory is watched. */
  minutes?: number | undefined
}

export function sizeOf({ quick: isQuick, scale = 1, minutes }: Sizing): Size {
  const size = isQuick ? quick : scaled(full, scale)
  return minutes === undefined ? size : { ...size, memory: { ...size.memory, minutes } }
}

/** Fewer requests and less time; what decides how they meet stays. */
function scaled(size: Size, scale: number): Size {
  const requests = (count: number) => 2 * Math.ceil((count * scale) / 2)
  const { drain, accept, rush, memory, fairness } = size
  return {
    ...size,
    drain: {
      ...drain,
      requests: requests(drain.requests),
      springRequests: requests(drain.springRequests),
      kafkajsRequests: requests(drain.kafkajsRequests),
      warmUp: requests(drain.warmUp),
      springWarmUp: requests(drain.springWarmUp),
      kafkajsWarmUp: requests(drain.kafkajsWarmUp),
      growth: drain.growth.map(requests),
      growthAtLeast: requests(drain.growthAtLeast),
      requestsPerCoupon: requests(drain.requestsPerCoupon),
    },
    accept: { ...accept, seconds: accept.seconds * scale },
    rush: { ...rush, seconds: rush.seconds * scale },
    memory: { ...memory, minutes: memory.minutes * scale },
    fairness: { backlog: requests(fairness.backlog), small: requests(fairness.small) },
  }
}
