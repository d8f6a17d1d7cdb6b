import type { ServiceName } from '@firstcome/local'
import { couponRush, openGateway, type RushPlan } from '@firstcome/local/demo'
import { testStack } from '@firstcome/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { someUser, tokenOf } from './client.ts'
import { confirmed, paid, placed } from './orders.ts'
import { type Killed, killService, query, restarted, services } from './system.ts'

const plan: RushPlan = {
  users: 5_000,
  coupons: 1_000,
  askTwice: 500,
  sockets: 256,
  keys: 'every',
  firstUserId: 100_000,
}
const gateway = openGateway(testStack().gatewayUrl, plan.sockets)
const tokens = new Map<number, string>()

beforeAll(async () => {
  for (let nth = 0; nth < plan.users; nth++) tokens.set(plan.firstUserId + nth, await tokenOf(plan.firstUserId + nth))
})
afterAll(() => gateway.close())

interface Ledger {
  coupons: number
  users: number
  requests: number
  last: number
  inOrder: boolean
}

const ledgerOf = `
  SELECT count(*)::int AS coupons, count(DISTINCT user_id)::int AS users, count(DISTINCT request_id)::int AS requests,
         max(rank)::int AS last, bool_and(rank = place) AS "inOrder"
  FROM (SELECT *, row_number() OVER (ORDER BY partition, log_offset) AS place FROM coupons WHERE policy_id = $1) AS placed`

/** Who dies after how many answers. The worker dies while it still has stock, so that the rest of the rush waits in the log. */
const deaths: [ServiceName, number][] = [
  ['coupon-worker', 400],
  ['coupon-api', 1_200],
  ['order-service', 2_000],
  ['payment-api', 2_800],
  ['data-platform-sink', 3_600],
  ['ranking-service', 4_400],
]

/**
 * Kafka holds the promises, not the processes: every service is killed the hard way while 5,500 requests come in. The
 * clients do what clients do: the same key again.
 */
test('kill -9 of every service during the rush changes nothing: exact stock, none twice, ranks without a gap', async () => {
  const kills: Promise<Killed>[] = []
  const report = await couponRush(plan, {
    gateway,
    tokens,
    adminToken: await tokenOf('admin'),
    onProgress(answered) {
      const next = deaths[kills.length]
      if (next && answered >= next[1]) kills.push(killService(next[0]))
    },
  })
  console.log(`rush with kills: ${JSON.stringify({ ...report, violations: report.violations.length })}`)

  expect(report.violations).toEqual([])
  expect(report.issued).toBe(1_000)

  // Behind the scene it is the same: every rank is a row, in the order of the log.
  const [ledger] = await query<Ledger>('coupon', ledgerOf, report.couponPolicyId)
  expect(ledger).toEqual({ coupons: 1_000, users: 1_000, requests: 1_000, last: 1_000, inOrder: true })

  const killed = await Promise.all(kills)
  expect(killed.map(({ name }) => name).sort()).toEqual([...services].sort())
  await Promise.all(killed.map(restarted))

  // The other flow has survived as well: three of the six have work to do only there.
  const user = someUser()
  const { orderId } = await placed(user)
  await paid(user, orderId)
  await confirmed(user, orderId)
}, 180_000)
