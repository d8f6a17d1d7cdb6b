import { join } from 'node:path'
import { type Child, said, spawnChild } from '../../arena/child.ts'
import { closedLoop, type Load } from '../../load/closed-loop.ts'
import { type Contest, type Contestant, compete } from '../../measure/contest.ts'
import { processorSeconds } from '../../measure/process.ts'
import { type Ask, prepareAsks } from '../asks.ts'
import type { Part } from '../part.ts'
import { openFrontDoor } from './front-door.ts'

const express = join(import.meta.dirname, '../../baselines/express/main.ts')
const REMEMBERING_S = 1
/** So few ask again and again that their tokens are remembered. */
const REGULARS = 1_000

/**
 * What the promise behind a 202 costs: token, validation, read model and the broker's acknowledgement, against an Express that
 * only answers. Nobody decides meanwhile: it is the front door alone. Each token is a new one, as on the morning of a sale: more
 * people ask than tokens are remembered. Beside it, the same with people whose tokens have been seen.
 */
export const acceptPart: Part = async function* (servers, { from, accept }, say) {
  say('  … tokens')
  const ask = await prepareAsks(servers, accept.users)
  const door = await openFrontDoor(servers, from)
  // As in production; Express keeps less to itself then.
  const bare = spawnChild([process.execPath, express], { PORT: '0', HOST: '127.0.0.1', NODE_ENV: 'production' })
  try {
    const [, port] = await said(bare, /"port":(\d+)/)
    const { api, policyId } = door
    const replicas = [api, await door.another()]
    for (const connections of accept.connections) {
      say(`  … ${connections} connections`)
      const load = { connections, seconds: accept.seconds, status: 202 }
      const everybody = asksOf(ask, policyId, accept.users)
      const regulars = asksOf(ask, policyId, Math.min(REGULARS, accept.users))
      const contestants = [
        measured('bare Express 5', [bare], { ...load, urls: [`http://127.0.0.1:${port}`], next: everybody }),
        measured('coupon-api', [api], { ...load, urls: [api.url], next: everybody }),
        {
          name: 'coupon-api, tokens seen before',
          async round() {
            // The others' have been remembered in their place.
            await closedLoop({ ...load, seconds: REMEMBERING_S, urls: [api.url], next: regulars })
            return measured('', [api], { ...load, urls: [api.url], next: regulars }).round()
          },
        },
        {
          name: 'two replicas, tokens seen before',
          async round() {
            const urls = replicas.map(({ url }) => url)
            await closedLoop({ ...load, seconds: REMEMBERING_S, urls, next: regulars })
            return measured('', replicas, { ...load, urls, next: regulars }).round()
          },
        },
      ]
      const title = `POST /api/coupons, ${connections} connections`
      yield withAdded(await compete(title, contestants[0]!.name, accept, contestants))
    }
  } finally {
    await Promise.all([door.close(), bare.stop()])
  }
}

/** One user after the other, from the first on again after the last. */
function asksOf(ask: Ask, policyId: number, users: number): () => string {
  let asked = 0
  return () => ask(asked++ % users, policyId)
}

function measured(name: string, servers: Child[], load: Load): Contestant {
  const used = () => servers.reduce((sum, { pid }) => sum + processorSeconds(pid), 0)
  return {
    name,
    async round() {
      const before = used()
      const { figures, requests } = await closedLoop(load)
      return { ...figures, 'processor µs': ((used() - before) * 1e6) / requests }
    },
  }
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
