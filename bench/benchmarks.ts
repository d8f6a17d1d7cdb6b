import type { Lease } from '@firstcome/local'
import { benchServers } from './arena/servers.ts'
import { couponParts, couponsBench } from './coupons/bench.ts'
import { profileApi, profileWorker } from './coupons/profile.ts'
import { kafkaBench } from './kafka/bench.ts'
import type { Report } from './measure/report.ts'
import { orderParts, ordersBench } from './orders/bench.ts'
import { profileOf } from './orders/profile.ts'
import { shopServices } from './orders/shop/shop.ts'

export interface Options {
  quick: boolean
  scale: number
  minutes: number | undefined
  say: (line: string) => void
}

/** Measures; resolves to a report, or to text where the result is none. */
export type Run = (lease: Lease, options: Options) => Promise<Report | string>

interface Benchmark {
  /** What it consists of and what may be asked for alone, by name; none where it is one piece. */
  parts: string[]
  /** Undefined where it has no such parts. */
  run(parts: string[]): Run | undefined
}

/** All that can be measured, by name. */
export const benchmarks: Record<string, Benchmark> = {
  kafka: {
    parts: [],
    run: (parts) =>
      parts.length > 0
        ? undefined
        : ({ stack }, options) => kafkaBench({ brokers: [stack.brokers], registryUrl: stack.registryUrl }, options),
  },
  coupons: {
    parts: [...Object.keys(couponParts), 'profile'],
    run([first, ...others]) {
      if (first !== 'profile') return inParts(couponParts, couponsBench, [first ?? [], others].flat())
      const profile = { '': profileWorker, api: profileApi }[others.join()]
      return profile && (({ stack }, options) => profile(benchServers(stack), options))
    },
  },
  orders: {
    parts: [...Object.keys(orderParts), 'profile'],
    run(parts) {
      if (parts[0] !== 'profile') return inParts(orderParts, ordersBench, parts)
      const service = shopServices.find((name) => name === (parts[1] ?? 'payment-api'))
      return service && (({ stack }, options) => profileOf(service, benchServers(stack), options))
    },
  },
}

/** Some of its parts, or all of them where none is named. */
function inParts<Part extends string>(
  known: Record<Part, unknown>,
  bench: (servers: ReturnType<typeof benchServers>, options: Options & { parts?: Part[] }) => Promise<Report>,
  parts: string[],
): Run | undefined {
  const isPart = (part: string): part is Part => Object.hasOwn(known, part)
  if (!parts.every(isPart)) return undefined
  return ({ stack }, options) => bench(benchServers(stack), { ...options, ...(parts.length > 0 && { parts }) })
}
