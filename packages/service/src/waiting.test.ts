import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, testFolder, waitFor } from '@firstcome/testing'
import { describe, expect, test } from 'vitest'
import { startShop } from '../test/start-shop.ts'

const live = { until: '/health/live' } as const

describe('a service that has to wait before it can start', () => {
  test('is live and not ready, says what it waits for, asks everybody to come back, and opens when it may', async () => {
    const key = join(testFolder(), 'key')
    const shop = await startShop({ SHOP_KEY: key }, live)

    const ready = await shop.request('/health/ready')
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ failing: [{ name: 'service', reason: `waiting for the key ${key}` }] })
    const refused = await shop.request('/search?limit=1')
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refused.json()).toMatchObject({ code: 'UNAVAILABLE' })
    expect((await shop.request('/metrics')).status).toBe(200)
    expect(shop.messages()).not.toContain('ready')

    writeFileSync(key, '')
    await waitFor('ready', async () => (await shop.request('/health/ready')).ok)
    expect((await shop.request('/search?limit=1')).status).toBe(200)
    expect(await shop.stop()).toEqual({ code: 0, signal: null })
  })

  test('stops when it is told to', async () => {
    const shop = await startShop({ SHOP_KEY: '/nowhere/key' }, live)
    expect(await shop.stop()).toEqual({ code: 0, signal: null })
    expect(
      shop
        .messages()
        .filter((message) => message !== 'request failed')
        .slice(-1),
    ).toEqual(['stopped'])
  })

  test('ends where its port is taken', async () => {
    const PORT = String(await freePort())
    await startShop({ PORT })
    const second = await startShop({ PORT, SHOP_KEY: '/nowhere/key' }, { until: false })
    expect((await second.ended).code).toBe(1)
    expect(second.output()).toContain('EADDRINUSE')
  })
})
