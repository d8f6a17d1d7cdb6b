import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { couponRush, type RushTools } from './coupon-rush.ts'
import { openGateway } from './gateway.ts'
import type { RushPlan } from './plan.ts'
import { nothingSeen, type RushReport, reportOf } from './seen.ts'

const patient: RushPlan = {
  users: 300,
  coupons: 60,
  askTwice: 30,
  sockets: 16,
  keys: 'some',
  firstUserId: 1,
  patient: true,
  sampleEvery: 50,
}
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

test('a fair shop holds every promise, however the users learn their outcome', async () => {
  const report = await rushAgainst({ stock: patient.coupons })

  expect(report.violations).toEqual([])
  expect(report).toMatchObject({ requests: 330, issued: 60, accepted: 330 })
})

test('a shop that is busy is asked again, and the report says how often', async () => {
  const report = await rushAgainst({ stock: patient.coupons, busyEvery: 10 })

  expect(report.violations).toEqual([])
  expect(report.repeated['503']).toBeGreaterThan(20)
})

test('a request that was taken although its answer said otherwise keeps its coupon', async () => {
  const report = await rushAgainst({ stock: patient.coupons, busyEvery: 10, takesWhenBusy: true })

  expect(report.violations).toEqual([])
  expect(report.issued).toBe(60)
})

test('a shop that issues one too many is found out', async () => {
  const report = await rushAgainst({ stock: patient.coupons + 1 })

  expect(report.violations).toContain('61 coupons issued, expected exactly 60')
})

test('each request is sent once where clients are not patient, and what was not taken is counted by its code', async () => {
  const report = await rushAgainst({ stock: 60, busyEvery: 10 }, { ...patient, patient: false })

  expect(report.violations).toEqual([])
  expect(report.repeated).toEqual({})
  expect(report.notTaken).toEqual({ '503 COUPON_REQUEST_NOT_ACCEPTED': 33 })
  expect(report.outcomes).toMatchObject({ NOT_TAKEN: 33, ISSUED: expect.any(Number) })
})

test('a server that stands still does not slow the clients down: everyone who was due meanwhile is late', async () => {
  const stillMs = 400
  const plan: RushPlan = { ...patient, users: 100, askTwice: 0, sockets: 4, rate: 250 }
  const report = await rushAgainst({ stock: 60, standsStill: { at: 20, forMs: stillMs } }, plan)

  // With 4 connections, 4 requests are answered late by a client that waits with the next one until it has an answer.
  expect(report.requests).toBe(100)
  expect(report.accept.p50).toBeGreaterThan(stillMs / 4)
  expect(report.accept.max).toBeGreaterThan(stillMs * 0.9)
})

test('what was seen so far can be told when the rush is ended early', async () => {
  const ended = new AbortController()
  const seen = nothingSeen(patient)
  await rushAgainst({ stock: 60 }, patient, {
    seen,
    signal: ended.signal,
    onProgress: (answered) => answered === 100 && ended.abort(),
  })

  const report = reportOf(seen)
  expect(report.answered).toBeGreaterThanOrEqual(100)
  expect(report.answered).toBeLessThan(200)
  expect(report.outcomes).toEqual({})
  expect(report.violations).toEqual([])
})

interface Shop {
  stock: number
  /** Every nth request for a coupon is told to come back. */
  busyEvery?: number
  /** And is decided all the same. */
  takesWhenBusy?: boolean
  /** From the nth request for a coupon on, nothing is answered for a while. */
  standsStill?: { at: number; forMs: number }
}

/** The coupon half of the HTTP contract, in memory: enough of a shop to try the rush on. */
async function rushAgainst(
  { stock, busyEvery, takesWhenBusy, standsStill }: Shop,
  plan: RushPlan = patient,
  tools: Partial<RushTools> = {},
): Promise<RushReport> {
  const requests = new Map<string, object>()
  const byKey = new Map<string, string>()
  const winners = new Map<string, object>()
  let asked = 0
  let still: Promise<void> | undefined

  function decide(userId: string): object {
    if (winners.has(userId)) return { status: 'REJECTED', reason: 'COUPON_ALREADY_ISSUED' }
    if (winners.size >= stock) return { status: 'REJECTED', reason: 'COUPON_SOLD_OUT' }
    const coupon = { couponPolicyId: 7, couponId: crypto.randomUUID(), rank: winners.size + 1 }
    winners.set(userId, coupon)
    return { status: 'ISSUED', ...coupon }
  }
  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const [, , resource, id = '', events] = (incoming.url ?? '').split('/')
    if (resource === 'coupons' && incoming.method === 'POST' && ++asked === standsStill?.at) {
      still = pause(standsStill.forMs)
    }
    await still
    const send = (status: number, body: object) =>
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (resource === 'coupon-policies' && incoming.method === 'POST') return void send(201, { couponPolicyId: 7 })
    const policy = { issuedQuantity: winners.size, remaining: patient.coupons - winners.size }
    if (resource === 'coupon-policies') return void send(200, policy)
    if (events) return void outgoing.writeHead(200).end(`event: outcome\ndata: ${JSON.stringify(requests.get(id))}\n\n`)
    if (resource === 'coupon-requests') return void send(200, requests.get(id) ?? {})
    if (incoming.method === 'GET') return void send(200, { coupons: winners.has(id) ? [winners.get(id)] : [] })
    const busy = busyEvery !== undefined && asked % busyEvery === 0
    const notAccepted = { status: 'FAILED', code: 'COUPON_REQUEST_NOT_ACCEPTED' }
    if (busy && !takesWhenBusy) return void send(503, notAccepted)
    const key = String(incoming.headers['idempotency-key'] ?? crypto.randomUUID())
    const requestId = byKey.getOrInsertComputed(key, () => crypto.randomUUID())
    const state = requests.getOrInsertComputed(requestId, () => decide(id))
    if (busy) return void send(503, notAccepted)
    if (incoming.headers.prefer) send(200, { requestId, ...state })
    else send(202, { requestId, status: 'PENDING' })
  }

  const server = createServer((incoming, outgoing) =>
    incoming.resume().on('end', () => void answer(incoming, outgoing)),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const gateway = openGateway(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, plan.sockets)
  stops.push(
    () => gateway.close(),
    () => server.close(),
  )
  const tokens = new Map(Array.from({ length: plan.users }, (_, nth) => [nth + 1, `token of ${nth + 1}`]))
  return couponRush(plan, { gateway, tokens, adminToken: 'admin', ...tools })
}
