import { describe, type ExpectStatic, test } from 'vitest'
import { bench } from '../bench.ts'
import type { Step } from './plan.ts'
import { type Outcome, produce, type RelayScene, relayScene, statement } from './relay-scene.ts'
import { long } from './scene.ts'

const files = await bench()
/** Two full batches and a part of a third: the relay reads 500 rows at a time. */
const COUNT = 1_300
const LIVES = long ? 40 : 3
const killed = { code: null, signal: 'SIGKILL' }
const right = { lost: 0, unknown: 0, overtaken: 0, left: 0 }

/** How many events come twice: those in Kafka's hands, and those it has taken, that were not deleted yet. */
type Repeated = 'none' | 'some' | 'perhaps'

const boundaries: [string, Step[], Repeated][] = [
  ['before it reads', [statement('request', 'read')], 'none'],
  ['with a batch in hand', [statement('answer', 'read')], 'none'],
  ['as a batch is about to leave', [produce('request')], 'none'],
  ['with a batch on the wire', [produce('written')], 'perhaps'],
  ['with one batch on its way and the next one read', [produce('request'), statement('answer', 'read')], 'perhaps'],
  ['before it sees that a batch has arrived', [produce('answer')], 'some'],
  ['as it is about to delete what has arrived', [produce('answer'), statement('request', 'delete')], 'some'],
  ['with the deletion on the wire, and the next batch', [statement('written', 'delete')], 'perhaps'],
  ['before it sees that what had arrived is deleted', [statement('answer', 'delete')], 'perhaps'],
  [
    'as it is about to delete the last of it',
    [produce('answer'), produce('answer'), produce('answer'), statement('request', 'delete')],
    'some',
  ],
]

describe.concurrent('a relay is killed, and the next one leaves every event in the topic, in order for each key', () => {
  test.for(boundaries)('%s', async ([, dies, repeated], context) => {
    const scene = await relayScene(context, files)
    await scene.add(COUNT)
    const first = await scene.member({ dies })
    context.expect(await first.ended).toEqual(killed)
    await scene.heir()
    await scene.settled()
    check(context.expect, await scene.outcome(), repeated)
  })
})

describe('relay after relay is killed while events keep coming', () => {
  test(`${LIVES} of them, each somewhere else`, async (context) => {
    const scene = await relayScene(context, files)
    for (let life = 0; life < LIVES; life++) {
      const [, dies] = boundaries[(life * 7 + 3) % boundaries.length]!
      await scene.add(COUNT)
      const member = await scene.member({ dies })
      const writing = addBit(scene, member.ended)
      context.expect(await member.ended).toEqual(killed)
      await writing
    }
    await scene.heir()
    await scene.settled()
    check(context.expect, await scene.outcome(), 'some')
  })
})

/** A writer of few events at a time, until the relay is gone. */
async function addBit(scene: RelayScene, ended: Promise<unknown>): Promise<void> {
  let gone = false
  void ended.then(() => {
    gone = true
  })
  while (!gone) await scene.add(20)
}

function check(expect: ExpectStatic, { repeated, ...rest }: Outcome, wanted: Repeated): void {
  expect(rest).toEqual(right)
  if (wanted === 'none') expect(repeated).toBe(0)
  if (wanted === 'some') expect(repeated).toBeGreaterThan(0)
}
