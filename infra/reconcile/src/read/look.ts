import type { Redis } from 'ioredis'
import type { Knex } from 'knex'
import { areCounted } from '../books/boards.ts'
import { type Fact, factItemsOf, factsOf } from '../books/facts.ts'
import { itemsOf, type Order, ordersOf, refundsOf } from '../books/orders.ts'
import { unsentOf } from '../books/outbox.ts'
import { type Payable, payableOf, paymentsOf } from '../books/payments.ts'
import type { Case } from '../compare/case.ts'

/** The four books. */
export interface Books {
  payments: Knex
  orders: Knex
  facts: Knex
  redis: Redis
}

/** Which generation of boards is shown, and the day of a confirmation, undefined where what was counted on it is forgotten by now. */
export interface Counting {
  generation: string
  rememberedDayAt(confirmedAt: number): string | undefined
}

interface Pages {
  orders: Order[]
  payable: Payable[]
  facts: Fact[]
  others: string[]
}

/** A first look at some orders: `pages` are what the merge of the books has about them. */
export async function lookFirst(books: Books, counting: Counting, pages: Pages): Promise<Case[]> {
  const { orders, payable, facts, others } = pages
  const ids = new Set(others)
  for (const rows of [orders, payable, facts]) for (const { orderId } of rows) ids.add(orderId)
  return complete(books, counting, [...ids], pages)
}

/** Another look, at everything anew, and into the outboxes besides. */
export async function lookAgain(books: Books, counting: Counting, ids: string[]): Promise<Case[]> {
  // Before the books: an event that is sent meanwhile would be in neither.
  const [ofOrders, ofPayments] = await Promise.all([unsentOf(books.orders, ids), unsentOf(books.payments, ids)])
  const [orders, payable, facts] = await Promise.all([
    ordersOf(books.orders, ids),
    payableOf(books.payments, ids),
    factsOf(books.facts, ids),
  ])
  const cases = await complete(books, counting, ids, { orders, payable, facts })
  const [unsentOrders, unsentPayments] = [ofOrders, ofPayments].map((rows) => Map.groupBy(rows, ({ key }) => key))
  for (const one of cases) {
    one.unsent = {
      orders: unsentOrders!.get(one.orderId) ?? [],
      payments: unsentPayments!.get(one.orderId) ?? [],
    }
  }
  return cases
}

async function complete(
  books: Books,
  counting: Counting,
  ids: string[],
  { orders, payable, facts }: Omit<Pages, 'others'>,
): Promise<Case[]> {
  const confirmed = orders.filter(({ status }) => status === 'CONFIRMED')
  const dated = confirmed.flatMap(({ orderId, settledAt }) => {
    const day = counting.rememberedDayAt(settledAt!)
    return day === undefined ? [] : [{ orderId, day }]
  })
  const [payments, refunds, ordered, stored, counted] = await Promise.all([
    paymentsOf(books.payments, ids),
    refundsOf(books.orders, ids),
    itemsOf(
      books.orders,
      confirmed.map(({ orderId }) => orderId),
    ),
    factItemsOf(
      books.facts,
      facts.map(({ orderId }) => orderId),
    ),
    areCounted(books.redis, counting.generation, dated),
  ])
  const orderOf = new Map(orders.map((one) => [one.orderId, one]))
  const payableOf = new Map(payable.map((one) => [one.orderId, one]))
  const byOrder = {
    facts: Map.groupBy(facts, ({ orderId }) => orderId),
    payments: Map.groupBy(payments, ({ orderId }) => orderId),
    refunds: Map.groupBy(refunds, ({ orderId }) => orderId),
  }
  const countedOf = new Map(dated.map(({ orderId }, i) => [orderId, counted[i]!]))
  return ids.map((orderId) => ({
    orderId,
    order: orderOf.get(orderId),
    payable: payableOf.get(orderId),
    payments: byOrder.payments.get(orderId) ?? [],
    refunds: byOrder.refunds.get(orderId) ?? [],
    facts: byOrder.facts.get(orderId) ?? [],
    items: { ordered: ordered.get(orderId), stored: stored.get(orderId) },
    counted: countedOf.get(orderId),
    unsent: { orders: [], payments: [] },
  }))
}
