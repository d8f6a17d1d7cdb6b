import type { Kafka } from '@firstcome/kafka'
import { call, tokenOf } from '../client.ts'
import type { Killed } from '../system.ts'
import { type Ended, reconciled } from '../tool.ts'
import { discrepancies, unitsOf } from './books.ts'
import { products, type Shopping, type ShoppingPlan, startShopping } from './buyers.ts'
import { deadLetters, drained } from './drained.ts'
import { everybodyReady, type Fault, oneAfterAnother } from './faults.ts'
import { describeShopping } from './report.ts'

export interface Ordeal {
  plan: ShoppingPlan
  kills: (() => Killed[])[]
  /** How many orders are paid before the first kill, and between one and the next. */
  first: number
  between: number
}

export interface Outcome {
  /** What was seen, for people. */
  report: string
  /** Everything that is not as it should be; empty when all is well. */
  wrong: string[]
  /** What the operator's tool says of the same orders. */
  reconciled: Ended
}

/** Buys while things are killed one after another, waits until all is drained, and then looks into all books. */
export async function buyWhile(kafka: Kafka, { plan, kills, first, between }: Ordeal): Promise<Outcome> {
  const before = await openBooks(kafka)
  const stopped = new AbortController()
  const faultsOver = Promise.withResolvers<void>()
  const shopping = startShopping({ ...plan, until: faultsOver.promise })
  const paid = () => shopping.purchases.length
  const faulting = oneAfterAnother(kills, { first, between, paid, signal: stopped.signal }).finally(faultsOver.resolve)
  const [faults] = await Promise.all([faulting, shopping.over]).finally(() => stopped.abort())
  return closeBooks(kafka, shopping, { before, faults })
}

/** What was there before anybody bought. */
export interface Before {
  from: Date
  sold: Map<number, number>
  dead: number
}

export async function openBooks(kafka: Kafka): Promise<Before> {
  return { sold: await soldOf(products), dead: await deadLetters(kafka), from: new Date() }
}

/** Waits until everything that was bought has arrived everywhere, and compares all books with what the buyers were told. */
export async function closeBooks(
  kafka: Kafka,
  shopping: Shopping,
  { before, faults = [] }: { before: Before; faults?: Fault[] },
): Promise<Outcome> {
  const drainedMs = await drained(kafka)
  await everybodyReady()
  const wrong = [
    ...(await unconfirmed(shopping)),
    ...(await discrepancies(shopping)),
    ...(await miscounted(shopping, before.sold)),
  ]
  const dead = (await deadLetters(kafka)) - before.dead
  if (dead > 0) wrong.push(`${dead} dead letters`)
  // Differences by the thousand would tell no more.
  if (wrong.length > 20) wrong.splice(20, wrong.length, `and ${wrong.length - 20} more`)
  return { report: describeShopping(shopping, faults, drainedMs), wrong, reconciled: await reconciled(before.from) }
}

/** Of the paid orders, those that their users do not see CONFIRMED. */
async function unconfirmed({ purchases, users: [first, last] }: Shopping): Promise<string[]> {
  const status = new Map<string, string>()
  for (let user = first; user <= last; user++) {
    for (const { orderId, status: is } of await ordersOf(user)) status.set(orderId, is)
  }
  return purchases
    .filter(({ orderId }) => status.get(orderId) !== 'CONFIRMED')
    .map(({ orderId }) => `order ${orderId} of a buyer is ${status.get(orderId) ?? 'not there'}`)
}

interface Page {
  items: { orderId: string; status: string }[]
  next: string | null
}

/** A user's own orders, all pages. */
async function ordersOf(user: number): Promise<Page['items']> {
  const token = await tokenOf(user)
  const found: Page['items'] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { status: number; body: unknown } = await call(
      `GET /api/orders?limit=100${cursor && `&cursor=${cursor}`}`,
      { token },
    )
    if (page.status !== 200) throw new Error(`orders of ${user}: ${page.status} ${JSON.stringify(page.body)}`)
    const { items, next } = page.body as Page
    found.push(...items)
    cursor = next
  }
  return found
}

/** Products of which the board counted more or less than was bought since `before`. */
async function miscounted({ purchases }: Shopping, before: Map<number, number>): Promise<string[]> {
  const [units, now] = [unitsOf(purchases), await soldOf(products)]
  return products.flatMap((product) => {
    const [counted, bought] = [now.get(product)! - before.get(product)!, units.get(product) ?? 0]
    return counted === bought ? [] : [`product ${product}: ${counted} units on the board, ${bought} bought`]
  })
}

/** Units of each product on the board of all time. */
export async function soldOf(products: number[]): Promise<Map<number, number>> {
  const { body } = await call('GET /api/rankings/best-sellers?period=all&limit=100')
  const quantity = (product: number) => body.items.find(({ productId }) => productId === product)?.quantity ?? 0
  return new Map(products.map((product) => [product, quantity(product)]))
}
