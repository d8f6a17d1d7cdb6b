import { couponRush, openGateway, type RushPlan } from '@firstcome/local/demo'
import { testStack } from '@firstcome/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { someUser, tokenOf } from './client.ts'
import { confirmed, paid, placed } from './orders.ts'
import { type Killed, killService, restarted, services } from './system.ts'

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

/**
 * Kafka holds the promises, not the processes: every service is killed the hard way while 5,500 requests come in, one
 * after another, each at its share of the rush. The clients do what clients do: the same key again.
 */
test('kill -9 of every service during the rush changes nothing: exact stock, none twice, ranks without a gap', async () => {
  const kills: Promise<Killed>[] = []
  const report = await couponRush(plan, {
    gateway,
    tokens,
    adminToken: await tokenOf('admin'),
    onProgress(answered, of) {
      const due = Math.floor((answered / of) * (services.length + 1))
      const next = services[kills.length]
      if (next && due > kills.length) kills.push(killService(next))
    },
  })
  console.log(`rush with kills: ${JSON.stringify({ ...report, violations: report.violations.length })}`)

  expect(report.violations).toEqual([])
  expect(report.issued).toBe(1_000)
  expect(kills).toHaveLength(services.length)
  const killed = await Promise.all(kills)
  await Promise.all(killed.map(restarted))

  // The other flow has survived as well: three of the six have work to do only there.
  const user = someUser()
  const { orderId } = await placed(user)
  await paid(user, orderId)
  await confirmed(user, orderId)
}, 120_000)
