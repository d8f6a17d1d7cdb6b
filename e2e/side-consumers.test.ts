import { testKafka } from '@firstcome/kafka/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { someUser } from './client.ts'
import { confirmed, paid, placed } from './orders.ts'
import { discrepancies } from './shopping/books.ts'
import { deadLetters, drained } from './shopping/drained.ts'
import { describeWaits, type Round, round } from './shopping/rounds.ts'
import { query, suspend } from './system.ts'
import { reconciled, tool } from './tool.ts'

const kafka = await testKafka('', [])
const begun = new Date()
let mend: (() => unknown) | undefined
afterEach(async () => {
  await mend?.()
})

const factsOf = 'SELECT count(*)::int AS facts FROM order_facts WHERE user_id BETWEEN $1 AND $2'
const stored = async ({ shopping: { users } }: Round) =>
  (await query<{ facts: number }>('data_platform', factsOf, ...users))[0]!.facts

/** The database of the data platform takes nobody in, and Redis hangs. */
async function storesAway(): Promise<() => Promise<void>> {
  const goOn = suspend(['redis'])
  await query('postgres', 'ALTER DATABASE data_platform CONNECTION LIMIT 0')
  await query('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'data_platform'")
  return async () => {
    goOn()
    await query('postgres', 'ALTER DATABASE data_platform CONNECTION LIMIT -1')
  }
}

const hindrances: [what: string, hinder: () => (() => unknown) | Promise<() => unknown>][] = [
  ['data-platform-sink and ranking-service stand still', () => suspend(['data-platform-sink', 'ranking-service'])],
  ['their stores are away', storesAway],
]

describe('payments and confirmations do not wait for the side consumers', () => {
  test.each(hindrances)(
    '%s: all is paid and confirmed meanwhile, stored and counted afterwards',
    async (_, hinder) => {
      const [with_, without]: [Round[], Round[]] = [[], []]
      await round(30)
      // In turns, so that both meet the same machine.
      for (let pair = 0; pair < 2; pair++) {
        with_.push(await round(75))
        await drained(kafka)
        mend = await hinder()
        const hindered = await round(75)
        without.push(hindered)
        expect(await stored(hindered)).toBe(0)
        await mend()
        await drained(kafka)
      }
      console.log(`with them:    ${describeWaits(with_)}\nwithout them: ${describeWaits(without)}`)
      for (const { shopping } of [...with_, ...without]) expect(await discrepancies(shopping)).toEqual([])
    },
    120_000,
  )

  test('an order that cannot be stored because of a bug holds up nobody, and is replayed when the bug is fixed', async () => {
    const unlucky = someUser()
    await query('data_platform', bug(unlucky))
    mend = () => query('data_platform', 'DROP FUNCTION IF EXISTS bug_of_a_test CASCADE')
    const deadBefore = await deadLetters(kafka)

    const { orderId } = await placed(unlucky)
    await paid(unlucky, orderId)
    const others = await round(75)
    await confirmed(unlucky, orderId)
    await drained(kafka)
    expect(await discrepancies(others.shopping)).toEqual([])
    expect(await deadLetters(kafka)).toBe(deadBefore + 1)

    await mend()
    const replayed = await tool('dlt', 'replay', '--group', 'data-platform-sink', '--reason', 'bug of a test', '--yes')
    expect(replayed.code, replayed.output).toBe(0)
    await drained(kafka)
    expect(
      await query('data_platform', 'SELECT 1 AS facts FROM order_facts WHERE order_id = $1', orderId),
    ).toHaveLength(1)
  })

  test('nothing is missing in the end, and nothing was counted twice', async () => {
    const { code, output } = await reconciled(begun)
    expect(code, output).toBe(0)
  })
})

const bug = (user: number) => `
  CREATE FUNCTION bug_of_a_test() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF new.user_id = ${user} THEN RAISE EXCEPTION 'bug of a test'; END IF;
    RETURN new;
  END $$;
  CREATE TRIGGER bug BEFORE INSERT ON order_facts FOR EACH ROW EXECUTE FUNCTION bug_of_a_test()`
