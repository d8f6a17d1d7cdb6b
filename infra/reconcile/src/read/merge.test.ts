import { expect, it } from 'vitest'
import { mergeById, type Stream } from './merge.ts'

/** A book that holds these orders, in pages that do not part rows of one order. */
function book(...ids: string[]): Stream<{ orderId: string }> {
  const rows = ids.map((orderId) => ({ orderId }))
  return {
    async page(after, size) {
      const left = rows.filter(({ orderId }) => orderId > after)
      const last = left[size - 1]?.orderId
      return last === undefined ? left : left.filter(({ orderId }) => orderId <= last)
    },
  }
}

async function merged(streams: Record<string, Stream<{ orderId: string }>>, size: number) {
  const steps: Record<string, string[]>[] = []
  for await (const step of mergeById(streams, size, '')) {
    steps.push(Object.fromEntries(Object.entries(step).map(([name, rows]) => [name, rows.map((row) => row.orderId)])))
  }
  return steps
}

it.each([1, 2, 3, 5, 100])(
  'brings the rows of an order together, whatever the books lack, in pages of %i',
  async (size) => {
    const books = { one: ['a', 'b', 'd', 'g', 'h', 'i'], other: ['b', 'b', 'c', 'i'], third: [], last: ['a', 'z'] }
    const streams = Object.fromEntries(Object.entries(books).map(([name, ids]) => [name, book(...ids)]))
    const steps = await merged(streams, size)
    for (const name of Object.keys(books) as (keyof typeof books)[]) {
      expect(steps.flatMap((step) => step[name]!)).toEqual(books[name])
    }
    const stepOf = new Map<string, number>()
    for (const [index, step] of steps.entries()) {
      for (const id of Object.values(step).flat()) {
        expect(stepOf.get(id) ?? index).toBe(index)
        stepOf.set(id, index)
      }
    }
  },
)

it('holds no more than a page of each book', async () => {
  const ids = Array.from({ length: 50 }, (_, i) => String(i).padStart(2, '0'))
  for (const step of await merged({ one: book(...ids), other: book(...ids.slice(40)) }, 7)) {
    for (const rows of Object.values(step)) expect(rows.length).toBeLessThanOrEqual(7)
  }
})
