import type { BenchServers } from '../arena/servers.ts'
import { buildServices } from '../arena/services.ts'
import type { Contest } from '../measure/contest.ts'
import { machine, type Report, tables } from '../measure/report.ts'
import { versionsOf } from '../measure/versions.ts'
import { confirmPart } from './confirm/part.ts'
import { flowPart } from './flow/part.ts'
import { growthPart } from './growth/part.ts'
import type { Part } from './part.ts'
import { relayPart } from './relay/part.ts'
import { shopServices } from './shop/shop.ts'
import { type Sizing, sizeOf } from './size.ts'

export const orderParts = {
  flow: flowPart,
  relay: relayPart,
  confirm: confirmPart,
  growth: growthPart,
} satisfies Record<string, Part>

export type PartName = keyof typeof orderParts

export interface OrderOptions extends Sizing {
  say: (line: string) => void
  /** All of them by default. */
  parts?: PartName[]
}

/** Orders and payments: from a payment to the boards, part by part. */
export async function ordersBench(servers: BenchServers, options: OrderOptions): Promise<Report> {
  const { quick, say, parts = Object.keys(orderParts) as PartName[] } = options
  const size = sizeOf(options)
  const at = new Date().toISOString()
  if (size.from === 'dist') await buildServices([...shopServices])
  const contests: Contest[] = []
  for (const part of parts) {
    say(part)
    for await (const contest of orderParts[part](servers, size, say)) {
      // What is measured is told at once.
      if (!quick) say(`\n${tables({ contests: [contest] })}\n`)
      contests.push(contest)
    }
  }
  return {
    benchmark: 'orders',
    at,
    quick,
    machine: machine(),
    versions: versionsOf(['kafkajs', 'pg', 'knex']),
    contests,
  }
}
