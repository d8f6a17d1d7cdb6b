import { waitFor } from '@firstcome/testing'
import { describe, test } from 'vitest'
import type { Failure } from './plan.ts'
import { scene } from './scene.ts'

/** All of it is one fetch, and one slice; of a member that stays in its group, for tries and letters are counted. */
const COUNT = 12
const oneSlice = { KAFKA_MAX_POLL_RECORDS: String(COUNT), KAFKA_SESSION_TIMEOUT_MS: '30000' }
const positions: [string, number][] = [
  ['first', 0],
  ['middle', 6],
  ['last', COUNT - 1],
]

describe('a poison message is among the dead letters, and its neighbours have their effects once, in order', () => {
  test.concurrent.for(positions)(
    'the %s of a batch, which is one transaction that Postgres refuses',
    async ([, n], context) => {
      const stage = await scene(context)
      await stage.send(COUNT)
      await stage.member('member', { batch: true, fails: { [n]: 'row' } }, oneSlice)
      await stage.settled()
      context.expect(await stage.violations({ poison: [n] })).toEqual([])
      context.expect((await stage.letters()).map(({ headers }) => headers['dlt-code'])).toEqual(['23502'])
    },
  )

  test.concurrent('one of each kind, on their own: at the first, a middle and the last place', async (context) => {
    const fails: Record<number, Failure> = { 0: 'type-error', 5: 'string', 6: 'row', [COUNT - 1]: 'error' }
    const poison = Object.keys(fails).map(Number)
    const stage = await scene(context)
    await stage.send(COUNT)
    const member = await stage.member('member', { fails }, oneSlice)
    await stage.settled()

    context.expect(await stage.violations({ poison })).toEqual([])
    const letters = await stage.letters()
    const reasons = letters.map(({ headers }) => [
      headers.ce_id,
      headers['kafka_exception-fqcn'],
      headers['dlt-attempts'],
    ])
    context.expect(reasons.toSorted()).toEqual([
      ['event-0', 'TypeError', '3'],
      ['event-11', 'Error', '3'],
      ['event-5', 'Error', '3'],
      ['event-6', 'error', '3'],
    ])
    context.expect(await Promise.all(poison.map((n) => stage.tries(n)))).toEqual([3, 3, 3, 3])
    // The service hears of each, and none of it has hurt the consumer.
    await waitFor('the service to be told', async () => (await stage.db('told')).length === 4)
    await waitFor('the service to be ready', async () => (await fetch(`${member.url}/health/ready`)).ok)
  })

  test.concurrent('all of a batch but one', async (context) => {
    const good = 4
    const poison = Array.from({ length: COUNT }, (_, n) => n).filter((n) => n !== good)
    const fails = Object.fromEntries(poison.map((n) => [n, 'row' as const]))
    const stage = await scene(context)
    await stage.send(COUNT)
    await stage.member('member', { batch: true, fails }, oneSlice)
    await stage.settled()
    context.expect(await stage.violations({ poison })).toEqual([])
  })

  test.concurrent('those that only need a second or a third try have their effect once, and are no dead letters', async (context) => {
    const recovers = { 0: 1, 5: 2, [COUNT - 1]: 1 }
    const stage = await scene(context)
    await stage.send(COUNT)
    await stage.member('member', { recovers })
    await stage.settled()
    context.expect(await stage.violations({ late: Object.keys(recovers).map(Number) })).toEqual([])
  })
})

test.concurrent('a handler that hangs past the poll interval ends the process, and a fresh one goes on', async (context) => {
  const stage = await scene(context)
  await stage.send(COUNT)
  const patience = { KAFKA_MAX_POLL_INTERVAL_MS: '2000', KAFKA_CLOSE_TIMEOUT_MS: '500', STOP_TIMEOUT_MS: '3000' }
  const first = await stage.member('first', { hangs: [6] }, patience)
  context.expect(await first.ended).toEqual({ code: 1, signal: null })
  context.expect(first.logs().map(({ msg }) => msg)).toContain('a resource failed for good')

  await stage.member('second')
  await stage.settled()
  context.expect(await stage.violations()).toEqual([])
})
