import { setTimeout as sleep } from 'node:timers/promises'
import { waitFor } from '@firstcome/testing'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dayAt } from '../src/calendar.ts'
import { createCountedDays } from '../src/compare/counted-days.ts'
import type { Difference } from '../src/compare/kinds.ts'
import { compareBoards } from '../src/read/compare-boards.ts'
import { planBoards } from '../src/read/plan-boards.ts'
import { createTestbed, ranking, type Testbed, timeZone } from './testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await createTestbed()
})
beforeEach(() => bed.clear())

describe('what is on its way', () => {
  it('is in flight for as long as the grace lasts, and a difference after it', async () => {
    const { hands } = bed
    const placedAt = Date.now() - 20_000
    const [placed, paid, confirmed] = [hands.story({ placedAt }), hands.story({ placedAt }), hands.story({ placedAt })]
    for (const story of [placed, paid, confirmed]) await hands.placed(story)
    for (const story of [paid, confirmed]) {
      await hands.payable(story)
      await hands.paid(story)
    }
    await hands.confirmed(confirmed)

    const soon = await bed.run({ graceMs: 60_000 })
    expect(soon.findings).toEqual([])
    expect(soon.counts).toMatchObject({ payableInFlight: 1, paidInFlight: 1, storedInFlight: 1, countedInFlight: 1 })
    expect(soon.equations.every(({ holds }) => holds)).toBe(true)

    const late = await bed.found({ graceMs: 5_000 })
    expect(Object.keys(late).sort()).toEqual(['not-confirmed', 'not-counted', 'not-payable', 'not-stored'])
  })

  it('stays in flight while its event waits in the outbox; one that is parked there is a finding, and explains another', async () => {
    const { hands } = bed
    const [waiting, parked] = [hands.story(), hands.story()]
    for (const story of [waiting, parked]) {
      await hands.placed(story)
      await hands.payable(story)
      await hands.paid(story)
    }
    await hands.unsent(bed.payments, waiting)
    await hands.unsent(bed.payments, parked, { parked_at: new Date(), last_error: 'too large' })

    const report = await bed.run()
    expect(report.counts.paidInFlight).toBe(1)
    expect(report.findings).toEqual([
      {
        ...{ kind: 'not-confirmed', total: 1 },
        examples: [expect.stringMatching(`^order ${parked.orderId}: .* for a-topic is parked in the outbox$`)],
      },
      {
        ...{ kind: 'parked-event', total: 1 },
        examples: [expect.stringMatching(`^payment-api: event .* key ${parked.orderId}, .*: too large$`)],
      },
    ])
    expect(report.outboxes['payment-api']).toEqual({ waiting: 1, parked: 1, stuck: 0 })
  })

  it('is a finding where it waits in an outbox for too long', async () => {
    const story = bed.hands.story()
    for (let i = 0; i < 25; i += 1) await bed.hands.unsent(bed.orders, story, { created_at: new Date(0) })
    const { findings } = await bed.run()
    expect(findings).toMatchObject([{ kind: 'stuck-event', total: 25 }])
    expect(findings[0]!.examples).toHaveLength(20)
  })

  it('is not stuck, where a provider owes an answer for less than that', async () => {
    const { hands } = bed
    const [unsure, back] = [hands.story(), hands.story()]
    for (const story of [unsure, back]) {
      await hands.placed(story)
      await hands.payable(story)
    }
    await hands.paid(unsure, 'PENDING')
    await hands.rejected(back)
    await hands.paid(back, 'REFUNDING')
    const report = await bed.run()
    expect(report).toMatchObject({ differences: 0, counts: { undecided: 1, paid: 1, paidInFlight: 1 } })
    expect(Object.keys(await bed.found({ stuckMs: 60_000 })).sort()).toEqual(['stuck-payment', 'stuck-refund'])
  })
})

describe('what moves while the books are read', () => {
  it('is no difference, if it is there at the second look', async () => {
    const { hands } = bed
    const story = hands.story()
    const never = hands.story()
    for (const one of [story, never]) {
      await hands.placed(one)
      await hands.payable(one)
    }
    await hands.paid(story)
    await hands.paid(never)

    // The second look begins with the outboxes: there it is held up until the story has gone on.
    const lock = await bed.payments.transaction()
    await lock.raw('lock table outbox in access exclusive mode')
    const found = bed.found()
    await waitFor('the second look', async () => {
      const { rows } = await bed.orders.raw(
        `select from pg_locks join pg_database on oid = database where not granted and datname = ?`,
        [new URL(bed.env.PAYMENT_DATABASE_URL).pathname.slice(1)],
      )
      return rows.length > 0
    })
    await hands.confirmed(story)
    await hands.stored(story)
    await hands.counted(story)
    await lock.commit()
    expect(await found).toEqual({ 'not-confirmed': [expect.stringContaining(never.orderId)] })
  })

  it('is said to be unsettled, where a day never stands still', async () => {
    const { hands } = bed
    const story = await hands.whole()
    const day = dayAt(story.confirmedAt, timeZone)
    const now = Date.now()
    const counted = createCountedDays(now)
    const sale = { orderId: story.orderId, day, confirmedAt: story.confirmedAt, items: '1x2@1200 3x1@8900' }
    counted.add(sale, true)
    // It was there a moment ago.
    await bed.redis.del(`{ranking}:0:seen:${day}`)
    const differences: Difference[] = []
    await compareBoards({
      ...{
        books: bed,
        generation: '0',
        span: { from: now - 86_400_000, to: now },
        ranking,
        page: 10,
        counted,
        movingSince: now,
      },
      plan: planBoards({ first: day, last: day }, ranking, now),
      onDifference: (difference) => differences.push(difference),
    })
    expect(differences).toEqual([
      { kind: 'unsettled', words: expect.stringContaining(`day ${day}: its seen-set holds 0 orders, 1 confirmed`) },
    ])
  })

  it('stops the run where a rebuild replaces the boards', async () => {
    await bed.hands.whole()
    const lock = await bed.payments.transaction()
    await lock.raw('lock table payments in access exclusive mode')
    const run = bed.run().catch((error: unknown) => error)
    await sleep(0)
    await waitFor('the first look', async () => {
      const { rows } = await bed.orders.raw(
        `select from pg_locks join pg_database on oid = database where not granted and datname = ?`,
        [new URL(bed.env.PAYMENT_DATABASE_URL).pathname.slice(1)],
      )
      return rows.length > 0
    })
    await bed.redis.set('{ranking}:live', 'another')
    await lock.commit()
    expect(await run).toMatchObject({ code: 'BOARDS_REPLACED' })
  })
})
