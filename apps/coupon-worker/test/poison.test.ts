import { couponIssueRequested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { createPolicy, stage } from './stage.ts'

const retry = { KAFKA_RETRY_DELAY_MS: '20' }
const it = await stage(retry)

test('a request that cannot be decided is given up alone; those around it are decided in order, and its user hears of it', async () => {
  const worker = await it.startWorker(retry)
  const couponPolicyId = await createPolicy(worker, { name: 'Poisoned', totalQuantity: 100 })
  await worker.stop()

  const requests = Array.from({ length: 40 }, (_, i) => ({
    requestId: uuidv7(),
    couponPolicyId,
    userId: i + 1,
    requestedAt: Date.now(),
  }))
  requests[17]!.requestId = 'not a UUID, which the database refuses'
  const records = requests.map((request) => it.kafka.encode(couponIssueRequested, request))
  records[30]!.value = Buffer.from('not Avro at all')
  await it.kafka.sendRecords(records)

  const again = await it.startWorker(retry)
  const told = () =>
    new Map(it.outcomes.map(({ value }) => [value.userId, 'rank' in value ? value.rank : value.reason]))
  await waitFor('every outcome', () => told().size === 39)
  const winners = requests.filter((_, i) => i !== 17 && i !== 30)
  expect(told()).toEqual(
    new Map<number, number | string>([
      ...winners.map(({ userId }, i) => [userId, i + 1] as const),
      [18, 'COUPON_ISSUE_FAILED'],
    ]),
  )

  await it.ask([{ ...requests[0]!, requestId: uuidv7(), userId: 99 }])
  await waitFor('the partition to go on', () => told().get(99) === 39)
  const batches = await it.db.raw('SELECT outcomes FROM decided_batches ORDER BY first_offset')
  expect(batches.rows.map((row: { outcomes: string }) => row.outcomes).join('')).toBe(
    `${'I'.repeat(17)}F${'I'.repeat(22)}`,
  )
  await again.stop()
})

test('a request that a bug keeps from being decided is FAILED, and ISSUED once it is replayed after the fix', async () => {
  const worker = await it.startWorker(retry)
  const couponPolicyId = await createPolicy(worker, { name: 'Replayed', totalQuantity: 3 })
  await it.db.raw(`
    CREATE FUNCTION bug() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF new.user_id = 666 THEN RAISE EXCEPTION 'a bug'; END IF;
      RETURN new;
    END $$;
    CREATE TRIGGER bug BEFORE INSERT ON coupons FOR EACH ROW EXECUTE FUNCTION bug()`)
  const ask = (userId: number) => ({ requestId: uuidv7(), couponPolicyId, userId, requestedAt: Date.now() })
  const unlucky = ask(666)
  const told = ({ requestId }: { requestId: string }) =>
    it.outcomes
      .filter(({ value }) => value.requestId === requestId)
      .map(({ value }) => ('rank' in value ? value.rank : value.reason))

  const others = [ask(1), ask(2)]
  await it.ask([unlucky, ...others])
  await waitFor('its failure', () => told(unlucky).includes('COUPON_ISSUE_FAILED'))
  await waitFor('the others', () => others.every((one) => told(one).length > 0))
  // Rank 1 was held for it.
  expect(others.map(told)).toEqual([[2], [3]])

  await it.db.raw('DROP TRIGGER bug ON coupons')
  await it.replayDeadLetters('--reason', 'a bug', '--yes')
  await waitFor('its coupon', () => told(unlucky).includes(4))
  const late = ask(3)
  await it.ask([late])
  await waitFor('the next one', () => told(late).length > 0)
  expect(told(late)).toEqual(['COUPON_SOLD_OUT'])
  expect(told(unlucky)).toEqual(['COUPON_ISSUE_FAILED', 4])
  await worker.stop()
})
