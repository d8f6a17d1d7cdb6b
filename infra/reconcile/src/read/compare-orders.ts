import { setTimeout as sleep } from 'node:timers/promises'
import { factsPage } from '../books/facts.ts'
import { clock, ordersPage, strayRefundsPage } from '../books/orders.ts'
import { payablePage } from '../books/payments.ts'
import { NO_ID, type Span } from '../books/sql.ts'
import type { Case, Clock } from '../compare/case.ts'
import { compareOrder, type Verdict } from '../compare/compare-order.ts'
import { type Books, type Counting, lookAgain, lookFirst } from './look.ts'
import { mergeById, type Stream } from './merge.ts'

/** Orders that are looked at again together. */
const AGAIN = 500
/** So many pages of orders that seem to differ are kept in mind, then looked at again: all orders may. */
const SUSPECT_PAGES = 12
/** Between two looks at the same order, and how many there are at most. */
const PAUSE_MS = 500
const LOOKS = 5

export interface Compared extends Verdict {
  one: Case
}

export interface CompareOptions {
  books: Books
  counting: Counting
  span: Span
  graceMs: number
  stuckMs: number
  /** Rows of a page of each book. */
  page: number
  /** Each order once, with what is certain about it. */
  onCompared(compared: Compared): void
  onProgress?: ((step: string, more: number) => void) | undefined
}

/**
 * Compares all orders of the span, in the order of their ids. What seems to differ may only have moved while one book was
 * read after the other: a difference is one that two looks show, one after the other, at all the books.
 */
export async function compareOrders(options: CompareOptions): Promise<void> {
  const { books, counting, span, graceMs, stuckMs, page: size, onCompared, onProgress } = options
  const time = async (): Promise<Clock> => ({ now: await clock(books.orders), graceMs, stuckMs })
  const stream = <Row extends { orderId: string }>(
    read: (page: Span & { after: string; size: number }) => Promise<Row[]>,
  ): Stream<Row> => ({ page: (after, size) => read({ ...span, after, size }) })

  let suspects = new Map<string, Set<string>>()
  const steps = mergeById(
    {
      orders: stream((page) => ordersPage(books.orders, page)),
      payable: stream((page) => payablePage(books.payments, page)),
      facts: stream((page) => factsPage(books.facts, page)),
      strays: stream((page) => strayRefundsPage(books.orders, page)),
    },
    size,
    NO_ID,
  )
  for await (const { strays, ...pages } of steps) {
    const others = strays.map(({ orderId }) => orderId)
    const at = await time()
    const cases = await lookFirst(books, counting, { ...pages, others })
    for (const one of cases) {
      const verdict = compareOrder(one, at)
      if (verdict.differences.length === 0) onCompared({ one, ...verdict })
      else suspects.set(one.orderId, kindsOf(verdict))
    }
    onProgress?.('orders', cases.length)
    if (suspects.size < SUSPECT_PAGES * size) continue
    await settle(suspects)
    suspects = new Map()
  }
  await settle(suspects)

  async function settle(open: Map<string, Set<string>>): Promise<void> {
    for (let look = 2; open.size > 0; look += 1) {
      await sleep(PAUSE_MS)
      const next = new Map<string, Set<string>>()
      const ids = [...open.keys()]
      for (let start = 0; start < ids.length; start += AGAIN) {
        const part = ids.slice(start, start + AGAIN)
        const at = await time()
        for (const one of await lookAgain(books, counting, part)) {
          const verdict = compareOrder(one, at)
          const kinds = kindsOf(verdict)
          if (look === LOOKS || kinds.isSubsetOf(open.get(one.orderId)!)) onCompared({ one, ...verdict })
          else next.set(one.orderId, kinds)
        }
        onProgress?.('orders looked at again', part.length)
      }
      open = next
    }
  }
}

const kindsOf = ({ differences }: Verdict): Set<string> => new Set(differences.map(({ kind }) => kind))
