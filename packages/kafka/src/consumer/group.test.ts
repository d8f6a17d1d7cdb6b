import net from 'node:net'
import { couponIssueRequested as requested } from '@firstcome/events'
import { faultProxy, testStack, waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { group, request, testbed, testHost } from '../testbed.ts'

const range = (length: number) => Array.from({ length }, (_, i) => i)

test('a second member takes over a part in mid-work: every message is handled, and each key in its order', async () => {
  const bed = await testbed(4)
  const kafka = await bed.connect()
  const seen: { member: string; policy: number; user: number }[] = []
  const member = (name: string) =>
    kafka.consumer(group, { maxPollRecords: 5 }).on(requested, async ({ couponPolicyId, userId }) => {
      await new Promise((resolve) => setImmediate(resolve))
      seen.push({ member: name, policy: couponPolicyId, user: userId })
    })
  const tookPart = (name: string) => seen.some((one) => one.member === name)
  const done = new Set<number>()
  let sent = 0
  const flow = setInterval(() => {
    for (const policy of range(16)) void kafka.send(requested, request(policy, sent++))
  }, 10)

  await bed.use(member('first'))
  await waitFor('some work of the first member', () => tookPart('first'))
  await bed.use(member('second'))
  await waitFor('some work of the second member', () => tookPart('second'))
  clearInterval(flow)

  await waitFor('all messages', () => {
    for (const { user } of seen) done.add(user)
    return done.size === sent
  })
  for (const policy of range(16)) {
    const users = [...new Set(seen.filter((one) => one.policy === policy).map(({ user }) => user))]
    expect(users).toEqual(users.toSorted((a, b) => a - b))
  }
})

test('a broker that goes away and comes back costs no message, and the service lives on', async () => {
  // It comes back as somebody new, for whom its former self's partitions are free when its session has ended.
  const bed = await testbed(2, { sessionTimeoutMs: 6000 })
  const proxy = await faultProxy(testStack().brokers)
  const host = testHost()
  const near = await bed.connect()
  const far = await bed.connect({ connectionTimeoutMs: 500 }, host, () => net.connect(proxy.port, '127.0.0.1'))
  const seen: number[] = []
  await near.send(requested, request(1, 0))
  const consumer = await bed.use(far.consumer(group).on(requested, async ({ userId }) => void seen.push(userId)))
  await waitFor('the first message', () => seen.includes(0))

  await proxy.down()
  await Promise.all(range(20).map((i) => near.send(requested, request(i, i + 1))))
  await waitFor('the consumer to notice', () =>
    consumer.check!().then(
      () => false,
      () => true,
    ),
  )
  await proxy.resume()

  await waitFor('all messages', () => new Set(seen).size === 21, { timeoutMs: 40_000 })
  await waitFor('readiness', () => consumer.check!().then(() => true))
  expect(host.failures).toEqual([])
})
