import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Kind, kinds } from '../src/compare/kinds.ts'
import type { Report } from '../src/report/report.ts'
import { createTestbed, type Story, type Testbed } from './testbed.ts'

let bed: Testbed
let report: Report
/** The ids that the examples of a kind have to name. */
const expected = new Map<Kind, string[]>()
const differs = ({ orderId }: Pick<Story, 'orderId'>, ...found: Kind[]) => {
  for (const kind of found) expected.set(kind, [...(expected.get(kind) ?? []), orderId])
}

const HOURS_MS = 3_600_000

beforeAll(async () => {
  bed = await createTestbed()
  const { hands } = bed
  // Among orders of which there is nothing to say.
  for (let i = 0; i < 3; i += 1) await hands.whole({ userId: i })
  await hands.givenBack()

  await seedPlaced()
  await seedPayments()
  await seedRefunds()
  await seedFacts()
  report = await bed.run()
})

async function seedPlaced() {
  const { hands } = bed
  const [lost, invented, dearer] = [hands.story(), hands.story(), hands.story()]
  await hands.placed(lost)
  differs(lost, 'not-payable')
  await hands.payable(invented)
  differs(invented, 'not-placed')
  await hands.placed(dearer)
  await hands.payable({ ...dearer, amount: dearer.amount + 1 })
  differs(dearer, 'payable-otherwise')
}

async function seedPayments() {
  const { hands } = bed
  // The index forbids it; only without it can there be anything to find.
  await bed.payments.raw('drop index one_payment_per_order')
  const twice = await hands.whole()
  await hands.paid({ ...twice, paymentId: randomUUID() })
  differs(twice, 'paid-twice', 'not-refunded')

  const [cheaper, other] = [hands.story(), hands.story()]
  for (const [story, difference] of [
    [cheaper, { amount: 1 }],
    [other, { userId: 43 }],
  ] as const) {
    await hands.placed(story)
    await hands.payable(story)
    await hands.paid({ ...story, ...difference })
    await confirmedAndAfter(story)
    differs(story, 'payment-otherwise')
  }

  const [unheard, late, free, unsure, back, stuck] = Array.from({ length: 6 }, () =>
    hands.story({ placedAt: Date.now() - 2 * HOURS_MS }),
  ) as [Story, Story, Story, Story, Story, Story]
  for (const story of [unheard, late, free, unsure, back, stuck]) {
    await hands.placed(story)
    await hands.payable(story)
  }
  await hands.paid(unheard)
  differs(unheard, 'not-confirmed')
  await hands.rejected(late)
  await hands.paid(late)
  differs(late, 'not-refunded')
  await confirmedAndAfter(free)
  differs(free, 'confirmed-unpaid')
  await hands.paid(unsure, 'PENDING')
  await confirmedAndAfter(unsure)
  differs(unsure, 'confirmed-unpaid', 'stuck-payment')
  await hands.paid(back, 'REFUNDED')
  await confirmedAndAfter(back)
  await hands.refundHeard(back)
  differs(back, 'refunded-confirmed')
  await hands.rejected(stuck)
  await hands.paid(stuck, 'REFUNDING')
  differs(stuck, 'stuck-refund')
}

async function seedRefunds() {
  const { hands } = bed
  const [unheard, otherwise, unfounded, stray] = Array.from({ length: 4 }, () => hands.story()) as Story[]
  for (const story of [unheard!, otherwise!, unfounded!]) {
    await hands.placed(story)
    await hands.payable(story)
    await hands.rejected(story)
  }
  await hands.paid(unheard!, 'REFUNDED')
  differs(unheard!, 'refund-unheard')
  await hands.paid(otherwise!, 'REFUNDED')
  await hands.refundHeard({ ...otherwise!, amount: 1 })
  differs(otherwise!, 'refund-otherwise')
  await hands.refundHeard(unfounded!)
  differs(unfounded!, 'refund-unfounded')
  await hands.refundHeard(stray!)
  differs(stray!, 'refund-unfounded')
}

async function seedFacts() {
  const { hands } = bed
  const stories = Array.from({ length: 7 }, () => hands.story()) as [Story, Story, Story, Story, Story, Story, Story]
  const [lost, twice, other, items, pending, unknown, uncounted] = stories
  for (const story of [lost, twice, other, items, uncounted]) {
    await hands.placed(story)
    await hands.payable(story)
    await hands.paid(story)
    await hands.confirmed(story)
    if (story !== uncounted) await hands.counted(story)
  }
  differs(lost, 'not-stored')
  await hands.stored(twice)
  await hands.stored({ ...twice, confirmedAt: twice.confirmedAt + 1 })
  differs(twice, 'stored-twice', 'stored-otherwise')
  await hands.stored({ ...other, paymentId: randomUUID() })
  differs(other, 'stored-otherwise')
  await hands.stored({ ...items, items: [items.items[0]!] })
  differs(items, 'stored-otherwise')
  await hands.placed(pending)
  await hands.payable(pending)
  await hands.stored(pending)
  differs(pending, 'stored-unconfirmed')
  await hands.stored(unknown)
  differs(unknown, 'stored-unconfirmed')
  await hands.stored(uncounted)
  differs(uncounted, 'not-counted')
}

async function confirmedAndAfter(story: Story) {
  await bed.hands.confirmed(story)
  await bed.hands.stored(story)
  await bed.hands.counted(story)
}

const ofOrders = (Object.keys(kinds) as Kind[]).filter(
  (kind) => ['placed', 'paid', 'stored', 'counted'].includes(kinds[kind][0]) && kind !== 'counted-unconfirmed',
)

describe('each kind of difference between the books of an order', () => {
  it.each(ofOrders)('%s is found, with the orders that it is about', (kind) => {
    const ids = expected.get(kind) ?? expect.fail(`${kind} is not seeded`)
    const found = report.findings.find((one) => one.kind === kind)
    expect(found?.examples.map((words) => /^order ([0-9a-f-]{36}): /.exec(words)?.[1]).sort()).toEqual(ids.sort())
    expect(found?.total).toBe(ids.length)
  })

  it('is all that is found', () => {
    expect(report.findings.map(({ kind }) => kind).sort()).toEqual([...expected.keys()].sort())
    expect(report.differences).toBe([...expected.values()].flat().length)
    expect(report.equations.map(({ line, holds }) => [line, holds])).toEqual([
      ...[
        ['placed', false],
        ['paid', false],
        ['stored', false],
        ['counted', false],
      ],
    ])
  })
})
