import type { BenchServers } from '../arena/servers.ts'
import { buildServices } from '../arena/services.ts'
import type { Contest } from '../measure/contest.ts'
import { machine, type Report, tables } from '../measure/report.ts'
import { versionsOf } from '../measure/versions.ts'
import { acceptPart } from './accept/part.ts'
import { springVersion } from './drain/drainers/spring-kafka.ts'
import { drainPart } from './drain/part.ts'
import { fairnessPart } from './fairness/part.ts'
import { memoryPart } from './memory/part.ts'
import type { Part } from './part.ts'
import { rushPart } from './rush/part.ts'
import { type Sizing, sizeOf } from './size.ts'

export const couponParts = {
  drain: drainPart,
  accept: acceptPart,
  rush: rushPart,
  fairness: fairnessPart,
  memory: memoryPart,
} satisfies Record<string, Part>

export type PartName = keyof typeof couponParts

export interface CouponOptions extends Sizing {
  say: (line: string) => void
  /** All of them by default. */
  parts?: PartName[]
}

/** Coupons, first come, first served: from the front door to the outcome, part by part. */
export async function couponsBench(servers: BenchServers, options: CouponOptions): Promise<Report> {
  const { quick, say, parts = Object.keys(couponParts) as PartName[] } = options
  const size = sizeOf(options)
  const at = new Date().toISOString()
  if (size.from === 'dist') await buildServices(['coupon-worker', 'coupon-api'])
  const contests: Contest[] = []
  for (const part of parts) {
    say(part)
    for await (const contest of couponParts[part](servers, size, say)) {
      // A long run: what is measured is told at once.
      if (!quick) say(`\n${tables({ contests: [contest] })}\n`)
      contests.push(contest)
    }
  }
  const versions = {
    ...versionsOf(['kafkajs', 'express', 'pg']),
    ...(size.spring && { 'Spring Boot': springVersion() }),
  }
  return { benchmark: 'coupons', at, quick, machine: machine(), versions, contests }
}
