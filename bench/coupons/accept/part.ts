import { join } from 'node:path'
import { couponPolicyChanged } from '@firstcome/events'
import { type Contest, compete } from '../../measure/contest.ts'
import { processorSeconds } from '../../measure/process.ts'
import { until } from '../../measure/until.ts'
import { openArena } from '../arena/arena.ts'
import { said, spawnChild } from '../arena/child.ts'
import { startService } from '../arena/services.ts'
import { prepareAsks } from '../load/asks.ts'
import { closedLoop } from '../load/closed-loop.ts'
import type { Part } from '../part.ts'

const express = join(import.meta.dirname, '../../baselines/express/main.ts')
const POLICY = 1
/** As in production; Express keeps less to itself then. */
const production = { NODE_ENV: 'production' }

/**
 * What the promise behind a 202 costs: token, validation, read model and the broker's acknowledgement, against an Express that
 * only answers. Nobody decides meanwhile: it is the front door alone.
 */
export const acceptPart: Part = async (servers, { from, accept }, say) => {
  say('  … tokens')
  const ask = await prepareAsks(servers, accept.users)
  const arena = await openArena(servers, from)
  const api = await startService('coupon-api', from, { ...arena.env, ...production })
  const bare = spawnChild([process.execPath, express], { PORT: '0', HOST: '127.0.0.1', ...production })
  try {
    const [, port] = await said(bare, /"port":(\d+)/)
    await announcePolicy(arena.kafka, api.url)
    let asked = 0
    const next = () => ask(asked++, POLICY)
    const contests: Contest[] = []
    for (const connections of accept.connections) {
      say(`  … ${connections} connections`)
      const contestant = (name: string, url: string, pid: number) => ({
        name,
        async round() {
          const before = processorSeconds(pid)
          const load = { url, connections, seconds: accept.seconds, next, status: 202 }
          const { figures, requests } = await closedLoop(load)
          return { ...figures, 'processor µs': ((processorSeconds(pid) - before) * 1e6) / requests }
        },
      })
      const contestants = [
        contestant('bare Express 5', `http://127.0.0.1:${port}`, bare.pid),
        contestant('coupon-api', api.url, api.pid),
      ]
      const title = `POST /api/coupons, ${connections} connections`
      contests.push(withAdded(await compete(title, contestants[0]!.name, accept, contestants)))
    }
    return contests
  } finally {
    await Promise.all([api.stop(), bare.stop()])
    await arena.close()
  }
}

async function announcePolicy(kafka: Awaited<ReturnType<typeof openArena>>['kafka'], url: string): Promise<void> {
  const now = Date.now()
  await kafka.send(couponPolicyChanged, {
    couponPolicyId: POLICY,
    name: 'Bench',
    totalQuantity: Number.MAX_SAFE_INTEGER,
    opensAt: null,
    closesAt: null,
    ordering: 'STRICT',
    createdAt: now,
    changedAt: now,
  })
  await until('the policy to be known', async () => (await fetch(`${url}/api/coupon-policies/${POLICY}`)).ok)
}

/** What is added to the baseline's median in the same round. */
function withAdded(contest: Contest): Contest {
  const base = contest.rows.find(({ name }) => name === contest.baseline)!
  const rows = contest.rows.map(({ name, median, rounds }) => ({
    name,
    median: { ...median, 'added p50 ms': median['p50 ms']! - base.median['p50 ms']! },
    rounds: rounds.map((round, i) => ({ ...round, 'added p50 ms': round['p50 ms']! - base.rounds[i]!['p50 ms']! })),
  }))
  return { ...contest, rows }
}
