import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestbed, type Testbed } from './testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await createTestbed()
})
beforeEach(() => bed.clear())

describe('books that agree', () => {
  it('have no differences, whatever became of the orders', async () => {
    const { hands } = bed
    for (let i = 0; i < 5; i += 1) await hands.whole({ userId: i })
    // Declined once, then paid.
    const declined = { ...(await hands.whole()), paymentId: randomUUID() }
    await hands.paid(declined, 'DECLINED')
    await hands.givenBack()
    const pending = hands.story()
    await hands.placed(pending)
    await hands.payable(pending)
    const unpaid = hands.story()
    await hands.placed(unpaid)
    await hands.payable(unpaid)
    await hands.rejected(unpaid)

    const report = await bed.run()
    expect(report.findings).toEqual([])
    expect(report.differences).toBe(0)
    expect(report.counts).toMatchObject({
      ...{ placed: 9, payable: 9, pending: 1, rejected: 2, paid: 7, confirmed: 6, refunded: 1, stored: 6, counted: 6 },
      ...{ payableInFlight: 0, paidInFlight: 0, storedInFlight: 0, countedInFlight: 0, undecided: 0 },
    })
    expect(report.equations.map(({ holds }) => holds)).toEqual([true, true, true, true])
  })

  it('are read page by page, however little fits on one, and so are those that do not agree', async () => {
    const { hands } = bed
    const stories = []
    for (let i = 0; i < 25; i += 1) stories.push(await hands.whole())
    const page = 2
    const span = { from: Date.now() - 3_600_000 }
    expect(await bed.run({ span, page })).toMatchObject({
      differences: 0,
      counts: { placed: 25, stored: 25, counted: 25 },
    })
    // More than are kept in mind at a time; two facts of one order at the end of a page belong together.
    for (const story of stories) await hands.stored({ ...story, confirmedAt: story.confirmedAt + 1, items: [] })
    for (const size of [page, page + 1]) {
      const { findings } = await bed.run({ span, page: size })
      expect(findings.map(({ kind, total }) => [kind, total])).toEqual([
        ['stored-twice', 25],
        ['stored-otherwise', 25],
      ])
    }
    // Read as those that were placed outside of the span.
    expect(await bed.run({ span: { from: 0, to: span.from }, page })).toMatchObject({
      differences: 0,
      counts: { placed: 0 },
    })
  })

  it('may be empty', async () => {
    expect(await bed.run({ span: { from: 0 } })).toMatchObject({ differences: 0, counts: { placed: 0 } })
  })
})
