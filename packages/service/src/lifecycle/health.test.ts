import { waitFor } from '@firstcome/testing'
import { beforeAll, expect, test } from 'vitest'
import { type Shop, startShop } from '../../test/start-shop.ts'
import { createHealth } from './health.ts'

let shop: Shop

beforeAll(async () => {
  shop = await startShop()
})

const readiness = async () => {
  const response = await shop.request('/health/ready')
  return { status: response.status, body: await response.json() }
}

test('ready follows the resources: no while one fails, naming it and why, yes once it is well again', async () => {
  expect(await readiness()).toEqual({ status: 200, body: { status: 'ready', service: 'shop' } })

  await shop.send('PUT', '/health-of-the-till', { reason: 'out of paper' })
  const sick = await waitFor('not ready', async () => {
    const answer = await readiness()
    return answer.status === 503 && answer
  })
  expect(sick.body).toEqual({
    status: 'not ready',
    service: 'shop',
    failing: [{ name: 'till', reason: 'out of paper' }],
  })
  expect((await shop.request('/health/live')).status).toBe(200)

  await shop.send('PUT', '/health-of-the-till', {})
  await waitFor('ready again', async () => (await readiness()).status === 200)
})

test('a resource that does not answer counts as failing', async () => {
  await shop.send('PUT', '/health-of-the-till', { reason: 'silent' })
  const sick = await waitFor('not ready', async () => {
    const answer = await readiness()
    return answer.status === 503 && answer
  })
  expect(sick.body).toMatchObject({ failing: [{ name: 'till', reason: 'no answer within 2000 ms' }] })
  await shop.send('PUT', '/health-of-the-till', {})
})

test('many probes at once cost the resource one check', async () => {
  let checks = 0
  const health = createHealth([{ name: 'till', check: async () => void checks++ }])
  expect(await health.failing()).toEqual([{ name: 'service', reason: 'starting' }])
  health.open()
  await Promise.all(Array.from({ length: 50 }, () => health.failing()))
  expect(checks).toBe(1)
})

test('tells each change once, with what is failing, however often it is asked', async () => {
  let trouble: Error | undefined
  const told: string[][] = []
  const health = createHealth(
    [
      {
        name: 'till',
        check: async () => {
          if (trouble) throw trouble
        },
      },
    ],
    (failing) => told.push(failing.map(({ name, reason }) => `${name}: ${reason}`)),
  )
  health.open()
  const asked = (ready: boolean) =>
    waitFor(`ready is ${ready}`, async () => ((await health.failing()).length === 0) === ready)
  await asked(true)
  trouble = new Error('out of paper')
  await asked(false)
  trouble = undefined
  await asked(true)
  expect(told).toEqual([['till: out of paper'], []])
})
