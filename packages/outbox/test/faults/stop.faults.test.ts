import { waitFor } from '@firstcome/testing'
import { describe, test } from 'vitest'
import { scene } from './scene.ts'

/** Far beyond what any wait of these tests lasts: a member that did not leave would hold its partition for longer than they wait. */
const longSession = { KAFKA_SESSION_TIMEOUT_MS: '40000' }
const waitMs = 30_000

/** A quarter of a minute of work for a slow member: it has not ended before it is told to stop, even if this process stands still. */
const COUNT = 50

describe.concurrent('told to stop', () => {
  test('in the middle of a batch, a member finishes the message in hand, commits it, leaves, and ends well', async (context) => {
    const { expect } = context
    const stage = await scene(context)
    await stage.send(COUNT)
    const first = await stage.member('first', { slowMs: 300 }, longSession)
    await waitFor('the message in hand', async () => (await stage.tries(2)) === 1)

    expect(await first.stop()).toEqual({ code: 0, signal: null })
    const done = await stage.effects()
    expect(done).toContain(2)
    expect(done.length).toBeLessThan(COUNT)
    expect(await stage.committed()).toBe(done.length)

    await stage.member('second', {}, longSession)
    await stage.settled(waitMs)
    expect(await stage.violations()).toEqual([])
    // Nothing that was done was so much as tried again.
    expect(await Promise.all(done.map((n) => stage.tries(n)))).toEqual(done.map(() => 1))
  })

  test('while retries wait, a member leaves at once, and the next one tries them when they are due', async (context) => {
    const { expect } = context
    const stage = await scene(context)
    await stage.send(6)
    const first = await stage.member('first', { recovers: { 3: 1 } }, longSession)
    await waitFor('the batch to be committed', async () => (await stage.committed()) === 6)
    expect(await first.stop()).toEqual({ code: 0, signal: null })

    await stage.member('second', { recovers: { 3: 1 } }, longSession)
    await stage.settled(waitMs)
    expect(await stage.violations({ late: [3] })).toEqual([])
  })

  test('while it waits to join, a member leaves nothing behind that the others wait for', async (context) => {
    const { expect } = context
    const stage = await scene(context)
    await stage.send(3)
    const first = await stage.member('first', {}, longSession)
    await waitFor('the first member to work', async () => (await stage.effects()).length === 3)
    // The group takes it in once the first member has heard of it: with its next heartbeat.
    const second = await stage.member('second', {}, longSession)
    await waitFor('the second member to run', async () => (await fetch(`${second.url}/health/live`)).ok)
    expect(await second.stop()).toEqual({ code: 0, signal: null })
    expect(await first.stop()).toEqual({ code: 0, signal: null })

    await stage.send(3)
    await stage.member('third', {}, longSession)
    await stage.settled(waitMs)
    expect(await stage.violations()).toEqual([])
  })
})
