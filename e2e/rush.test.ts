import { couponRush, openGateway, type RushPlan } from '@firstcome/local/rush'
import { testStack, waitFor } from '@firstcome/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditOf } from './audit.ts'
import { someUser, tokenOf } from './client.ts'
import { ledgerOf, workerAtWork } from './coupon-workers.ts'
import { confirmed, sold } from './orders.ts'
import { services as allServices, crashPostgres, type Killed, kill, query, restarted } from './system.ts'

const plan: RushPlan = {
  users: 9_000,
  coupons: 1_000,
  askTwice: 1_000,
  sockets: 256,
  keys: 'every',
  firstUserId: 100_000,
  patient: true,
  sampleEvery: 50,
}
const gateway = openGateway(testStack().gatewayUrl, plan.sockets)
const tokens = new Map<number, string>()

beforeAll(async () => {
  for (let nth = 0; nth < plan.users; nth++) tokens.set(plan.firstUserId + nth, await tokenOf(plan.firstUserId + nth))
})
afterAll(() => gateway.close())

const factsOf = 'SELECT count(*)::int AS facts FROM order_facts WHERE user_id = $1'

/** Who dies after how many answers. The worker dies while it still has stock, so that the rest of the rush waits in the log. */
const deaths: [answered: number, () => Killed | Promise<Killed>][] = [
  [100, async () => kill(await workerAtWork())],
  [1_200, () => kill('coupon-api-2')],
  [2_000, () => kill('order-service')],
  [3_000, () => kill('redis')],
  [4_000, () => kill('payment-api')],
  [5_000, () => kill('data-platform-sink')],
  [6_000, crashPostgres],
  [7_500, () => kill('ranking-service')],
]

/** A product that nothing else in the tests buys. */
const product = 10
const quantity = 3

/** Places and pays orders, one after another, until told to stop; gives the ids of those that were paid. */
async function keepOrdering(user: number, stop: AbortSignal): Promise<string[]> {
  const token = await tokenOf(user)
  // A payment that a process had in hand when it was killed holds its key until its lease ends.
  const inHand = ['IDEMPOTENCY_KEY_IN_FLIGHT', 'PAYMENT_IN_PROGRESS']
  const again = { token, repeatOn: [404, 429, ...inHand, 502, 503, 504], repeatWhenBroken: true }
  const ids: string[] = []
  while (!stop.aborted) {
    // An order that was placed twice, because its answer was lost, is one that is never paid: it counts nowhere.
    const items = [{ productId: product, quantity }]
    const order = await gateway.ask({ method: 'POST', path: '/api/orders', body: { items }, ...again })
    const { orderId } = order.body
    if (!orderId) throw new Error(`order: ${order.status} ${order.text}`)
    const headers = { 'idempotency-key': `pay-${orderId}` }
    const body = { orderId, method: 'card' }
    const payment = await gateway.ask({ method: 'POST', path: '/api/payments', body, headers, ...again })
    if (payment.status !== 201) throw new Error(`payment of ${orderId}: ${payment.status} ${payment.text}`)
    ids.push(orderId)
  }
  return ids
}

/**
 * Kafka holds the promises, not the processes: of every service one process is killed the hard way while 10,000 requests
 * come in, and Redis and Postgres with them. The clients do what clients do: the same key again.
 */
test('kill -9 of every service during the rush changes nothing: exact stock, none twice, every order counted once', async () => {
  const buyer = someUser()
  const soldBefore = await sold(product)
  const rushOver = new AbortController()
  const ordering = keepOrdering(buyer, rushOver.signal)
  const kills: Promise<Killed>[] = []
  const report = await couponRush(plan, {
    gateway,
    tokens,
    adminToken: await tokenOf('admin'),
    onProgress(answered) {
      const next = deaths[kills.length]
      if (next && answered >= next[0]) kills.push(Promise.resolve(next[1]()))
    },
  }).finally(() => rushOver.abort())
  const orders = await ordering
  console.log(`${orders.length} orders paid meanwhile`)
  console.log(`rush with kills: ${JSON.stringify({ ...report, violations: report.violations.length })}`)

  expect(report.violations).toEqual([])
  expect(report.issued).toBe(1_000)

  // Behind the scene it is the same: every rank is a row, in the order of the log.
  expect(await ledgerOf(report.couponPolicyId!)).toEqual({
    coupons: 1_000,
    users: 1_000,
    requests: 1_000,
    last: 1_000,
    inOrder: true,
  })

  const audit = await auditOf(report.couponPolicyId!)
  expect(audit.code, audit.output).toBe(0)

  const killed = await Promise.all(kills)
  const services = killed.map(({ name }) => name.replace(/-\d$/, ''))
  expect(services.sort()).toEqual([...allServices, 'postgres', 'redis'].sort())
  await Promise.all(killed.map(restarted))

  // The other flow was killed as well: what was paid is confirmed, stored and counted, each order once.
  expect(orders.length).toBeGreaterThan(5)
  for (const orderId of orders) await confirmed(buyer, orderId)
  const expected = soldBefore + orders.length * quantity
  const stored = async () => (await query<{ facts: number }>('data_platform', factsOf, buyer))[0]!.facts
  await waitFor('the data platform to have every order', async () => (await stored()) >= orders.length)
  await waitFor('the board to count every order', async () => (await sold(product)) >= expected)
  expect(await stored()).toBe(orders.length)
  expect(await sold(product)).toBe(expected)
}, 400_000)
