import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { bench } from './bench.ts'
import { relayScene } from './faults/relay-scene.ts'

const files = await bench()

test('a commit here wakes the active relay of another process; when that is killed, the one here goes on', async (context) => {
  const scene = await relayScene(context, files)
  // It never looks by itself: what it publishes it was told about.
  const options = { pollMs: 3_600_000, standstillMs: 60_000 }
  const active = await scene.member({}, { RELAY_OPTIONS: JSON.stringify(options) })
  const isActive = () => active.logs().some(({ msg }) => msg === 'outbox relay is active')
  await waitFor('the relay of the other process to be active', isActive, { timeoutMs: 60_000 })
  const here = await scene.heir()
  // Until the relay here is connected, nobody tells the other one.
  let added = 0
  await waitFor('the first event to be published over there', async () => {
    await scene.add(1)
    added++
    return (await scene.outcome()).lost < added
  })
  await scene.add(10)
  await scene.settled()
  expect(await here.active()).toBe(false)

  expect(await active.kill()).toEqual({ code: null, signal: 'SIGKILL' })
  await waitFor('the relay here to be active', here.active)
  await scene.add(10)
  await scene.settled()
  expect(await scene.outcome()).toMatchObject({ lost: 0, unknown: 0, overtaken: 0, left: 0 })
})
