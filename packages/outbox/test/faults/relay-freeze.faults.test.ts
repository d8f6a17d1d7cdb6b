import { waitFor } from '@firstcome/testing'
import { describe, expect, test } from 'vitest'
import { bench } from '../bench.ts'
import type { Step } from './plan.ts'
import { produce, relayScene, statement } from './relay-scene.ts'
import { isStopped } from './scene.ts'

const files = await bench()
const COUNT = 1_300

/** What a relay that stands still has in its hands. */
const places: [string, Step[]][] = [
  ['nothing yet', [statement('request', 'read')]],
  ['a batch that has not left', [statement('answer', 'read')]],
  ['a batch on the wire', [produce('written')]],
  ['a batch that has arrived and is not deleted', [produce('answer')]],
]

describe.concurrent('a relay that stands still is replaced, and can do no harm when it goes on', () => {
  test.for(places)('with %s', async ([, stops], context) => {
    const scene = await relayScene(context, files)
    await scene.add(COUNT)
    const frozen = await scene.member({ stops })
    await waitFor('the relay to stand still', () => isStopped(frozen.pid), { timeoutMs: 60_000 })
    const heir = await scene.heir()
    expect(await heir.active()).toBe(false)
    await waitFor('the other relay to be active', heir.active)
    await scene.settled()

    process.kill(frozen.pid, 'SIGCONT')
    await heir.close()
    // What it does from now on comes behind what it may have had in its hands.
    await scene.add(20)
    await scene.settled()
    const { repeated: _, ...outcome } = await scene.outcome()
    expect(outcome).toEqual({ lost: 0, unknown: 0, overtaken: 0, left: 0 })
    // More often only if it has stood still for so long once more.
    const begins = frozen.logs().filter(({ msg }) => msg === 'outbox relay is active')
    expect(begins.length).toBeGreaterThanOrEqual(2)
  })
})
