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
      ...{ placed: 8, payable: 8, pending: 1, rejected: 2, paid: 6, confirmed: 5, refunded: 1, stored: 5, counted: 5 },
      ...{ payableInFlight: 0, paidInFlight: 0, storedInFlight: 0, countedInFlight: 0, undecided: 0 },
    })
    expect(report.equations.map(({ holds }) => holds)).toEqual([true, true, true, true])
  })

  it('may be empty', async () => {
    expect(await bed.run({ span: { from: 0 } })).toMatchObject({ differences: 0, counts: { placed: 0 } })
  })
})
