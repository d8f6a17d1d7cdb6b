import type { Child } from '../../arena/child.ts'
import type { BenchServers } from '../../arena/servers.ts'
import type { From } from '../../arena/services.ts'
import { patiently } from '../../measure/patiently.ts'
import { processorSeconds } from '../../measure/process.ts'
import { until } from '../../measure/until.ts'
import { type CouponArena, openCouponArena } from '../arena/arena.ts'
import { readOutcomes, type Told, toldBy } from '../arena/outcome-log.ts'
import { partitionOf } from '../arena/partition.ts'
import { insertPolicy } from '../arena/policies.ts'
import { writeRequests } from '../arena/request-log.ts'
import { checkCoupons, checkTold } from './check.ts'
import type { Coupon } from './coupon.ts'
import type { Drainer } from './drainer.ts'

export interface Drained {
  /** In the order of the coupons. */
  told: Told[]
  /** When the process was started: epoch milliseconds. */
  startedAt: number
  /** The log's append time of the first outcome of any coupon, and of the last: epoch milliseconds. */
  began: number
  ended: number
  /** From one to the other. */
  seconds: number
  /** Decided in those seconds: what came at the first moment had been decided before. */
  decisions: number
  issued: number
  /** Processor time that the process used for each, in microseconds. */
  processorMicros: number
}

/** Of the broker's clock, in seconds. */
const TICK = 0.001
const STUCK_MS = 15 * 60_000

/**
 * The requests lie in the log before the process starts, warm-up first; what starts, joins and warms up is over when the
 * clock begins. Rejects where an outcome is missing, one is too many, or somebody has a coupon who should not.
 */
export async function drain(
  servers: BenchServers,
  { from, partitions = 10 }: { from: From; partitions?: number },
  drainer: Drainer,
  coupons: Coupon[],
): Promise<Drained> {
  const arena = await openCouponArena(servers, from, partitions)
  try {
    const ids = await policies(arena, drainer.warmUp, coupons)
    const measured = ids.slice(1)
    await writeRequests(
      arena,
      ids.map((policyId, i) => ({ policyId, count: i === 0 ? drainer.warmUp : coupons[i - 1]!.requests })),
      drainer.format,
    )
    const total = coupons.reduce((sum, { requests }) => sum + requests, drainer.warmUp)
    const child = await drainer.start(arena)
    let processorMicros: number
    try {
      processorMicros = await untilCommitted(arena, drainer, total, child)
    } catch (error) {
      throw new Error(`${drainer.name}: ${(error as Error).message}\n${child.output().slice(-5_000)}`, { cause: error })
    } finally {
      await child.stop()
    }
    const outcomes = await readOutcomes(arena)
    const told = measured.map((id) => outcomes.get(id)!)
    checkTold(drainer, [...outcomes.values()], total, told, coupons)
    if (drainer.decides) await checkCoupons(arena.database, drainer, measured, coupons)
    // Where some lie beside the warm-up, not behind it, it is part of what was measured.
    return {
      told,
      processorMicros,
      startedAt: child.startedAt,
      ...between(coupons.every(({ partition }) => partition === 'behind') ? told : [...outcomes.values()]),
    }
  } finally {
    await arena.close()
  }
}

/** The warm-up's policy and the others; policies are made until one lies where it should. */
async function policies({ database, partitions }: CouponArena, warmUp: number, coupons: Coupon[]): Promise<number[]> {
  const first = await insertPolicy(database, Math.max(1, Math.floor(warmUp / 2)))
  const behind = partitionOf(first, partitions)
  const ids = [first]
  for (const { stock, partition } of coupons) {
    const wanted = partition === 'behind' ? behind : partition
    let id = await insertPolicy(database, stock)
    while (wanted !== 'anywhere' && partitionOf(id, partitions) !== wanted) id = await insertPolicy(database, stock)
    ids.push(id)
  }
  return ids
}

/** Until the group has committed everything; tells what a request behind the warm-up has cost the process, in microseconds. */
async function untilCommitted(
  { client, prefix, topics }: CouponArena,
  { group, warmUp }: Drainer,
  total: number,
  { alive, pid }: Child,
): Promise<number> {
  const admin = client.admin()
  await admin.connect()
  let warm: { committed: number; seconds: number } | undefined
  let committed = 0
  try {
    await until(
      `${total} requests to be committed`,
      async () => {
        alive()
        const asked = { groupId: prefix + group, topics: [topics.requests] }
        const [entry] = await patiently(() => admin.fetchOffsets(asked))
        committed = entry!.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
        if (!warm && committed >= warmUp && committed < total) warm = { committed, seconds: processorSeconds(pid) }
        return committed >= total
      },
      { timeoutMs: STUCK_MS, told: () => `${committed} are` },
    )
    // So few that they came with the warm-up: then the start is part of what they cost.
    const since = warm ?? { committed: 0, seconds: 0 }
    return ((processorSeconds(pid) - since.seconds) * 1e6) / (committed - since.committed)
  } finally {
    await admin.disconnect()
  }
}

function between(told: Told[]): Omit<Drained, 'told' | 'processorMicros' | 'startedAt'> {
  const began = Math.min(...told.map(({ first }) => first))
  const ended = Math.max(...told.map(({ last }) => last))
  const all = told.reduce((sum, { completed, failed }) => sum + completed + failed, 0)
  const completed = told.reduce((sum, one) => sum + one.completed, 0)
  // So few that all came at one moment: in a quick run, whose figures mean nothing.
  if (began === ended) return { began, ended, seconds: TICK, decisions: all, issued: completed }
  const decisions = all - toldBy(began, told)
  return { began, ended, seconds: (ended - began) / 1000, decisions, issued: completed * (decisions / all) }
}
