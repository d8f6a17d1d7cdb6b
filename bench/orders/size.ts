import type { From } from '../arena/services.ts'

/** How much of everything a run measures. */
export interface Size {
  from: From
  rounds: number
  /** Of those who order and pay as fast as it goes. */
  connections: number
  flow: {
    /** Orders that are paid as fast as it goes, in a round. */
    atOnce: number
    /** How long they are paid at half of that rate, in a round. */
    seconds: number
  }
  relay: {
    /** Events that wait when the relay starts, and for the baseline. */
    backlog: number
    singleBacklog: number
    /** Events of those who write while the relay runs, and for the baseline. */
    written: number
    singleWritten: number
    writers: number
    /** Events before those that count. */
    warmUp: number
  }
  confirm: { backlog: number; singleBacklog: number; warmUp: number; singleWarmUp: number }
  growth: {
    /** How many orders there are when the cost of some more is measured. */
    sizes: number[]
    /** So many more. */
    orders: number
  }
}

const full: Size = {
  from: 'dist',
  rounds: 3,
  connections: 64,
  flow: { atOnce: 1_500, seconds: 8 },
  relay: { backlog: 50_000, singleBacklog: 1_500, written: 15_000, singleWritten: 2_000, writers: 32, warmUp: 1_000 },
  confirm: { backlog: 20_000, singleBacklog: 1_500, warmUp: 2_000, singleWarmUp: 300 },
  growth: { sizes: [1_000, 10_000, 100_000], orders: 2_000 },
}

/** Shows that everything works; its figures mean nothing. */
const quick: Size = {
  from: 'src',
  rounds: 1,
  connections: 8,
  flow: { atOnce: 60, seconds: 0.5 },
  relay: { backlog: 600, singleBacklog: 60, written: 200, singleWritten: 60, writers: 8, warmUp: 20 },
  confirm: { backlog: 200, singleBacklog: 60, warmUp: 40, singleWarmUp: 20 },
  growth: { sizes: [30, 60], orders: 30 },
}

export interface Sizing {
  quick: boolean
  /** Of the full size; what is quick stays as it is. */
  scale?: number
}

export function sizeOf({ quick: isQuick, scale = 1 }: Sizing): Size {
  return isQuick ? quick : scaled(full, scale)
}

/** Fewer orders and less time; what decides how they meet stays. */
function scaled(size: Size, scale: number): Size {
  const orders = (count: number) => Math.ceil(count * scale)
  const { flow, relay, confirm, growth } = size
  return {
    ...size,
    flow: { atOnce: orders(flow.atOnce), seconds: flow.seconds * scale },
    relay: {
      ...relay,
      backlog: orders(relay.backlog),
      singleBacklog: orders(relay.singleBacklog),
      written: orders(relay.written),
      singleWritten: orders(relay.singleWritten),
    },
    confirm: { ...confirm, backlog: orders(confirm.backlog), singleBacklog: orders(confirm.singleBacklog) },
    growth: { sizes: growth.sizes.map(orders), orders: orders(growth.orders) },
  }
}
