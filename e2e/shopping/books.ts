import { query } from '../system.ts'
import type { Purchase, Shopping } from './buyers.ts'

/** An order in one of the books, as text that can be compared, by the order's id. */
type Book = Map<string, string>

/**
 * Where the services' own books differ from what the buyers were told, one sentence each: payments that were not made or
 * made twice, orders that are not confirmed, facts that are missing, wrong or too many. Reads the tables as they are; shares
 * nothing with the operator's reconciliation.
 */
export async function discrepancies({ purchases, users }: Shopping): Promise<string[]> {
  const [payments, orders, facts] = await Promise.all([
    bookOf('payment', paymentsSql, users),
    bookOf('orders', ordersSql, users),
    bookOf('data_platform', factsSql, users),
  ])
  const paid = new Map(purchases.map((one) => [one.orderId, `${one.paymentId}, ${one.amount}`]))
  const bought = new Map(purchases.map((one) => [one.orderId, `${one.paymentId}, ${one.amount}, ${itemsOf(one)}`]))
  return [
    ...differences('payment', paid, payments),
    ...differences('confirmed order', paid, orders),
    ...differences('fact', bought, facts),
  ]
}

// Two payments of one order give two payment ids, and so a difference.
const paymentsSql = `
  SELECT order_id AS id, string_agg(payment_id || ', ' || amount || (CASE status WHEN 'COMPLETED' THEN '' ELSE status END), ' and ') AS text
  FROM payments WHERE status <> 'DECLINED' AND user_id BETWEEN $1 AND $2 GROUP BY order_id`

const ordersSql = `
  SELECT id, payment_id || ', ' || total_amount AS text
  FROM orders WHERE status = 'CONFIRMED' AND user_id BETWEEN $1 AND $2`

const factsSql = `
  SELECT order_id AS id, string_agg(payment_id || ', ' || total_amount || ', ' || items, ' and ') AS text
  FROM order_facts LEFT JOIN (
    SELECT order_id, string_agg(product_id || ' x ' || quantity, ' + ' ORDER BY product_id) AS items
    FROM order_item_facts GROUP BY order_id
  ) AS items USING (order_id)
  WHERE user_id BETWEEN $1 AND $2 GROUP BY order_id`

async function bookOf(database: string, sql: string, users: [number, number]): Promise<Book> {
  const rows = await query<{ id: string; text: string }>(database, sql, ...users)
  return new Map(rows.map(({ id, text }) => [id, text]))
}

function differences(what: string, expected: Book, found: Book): string[] {
  const wrong = [...expected].filter(([id, text]) => found.get(id) !== text)
  const extra = [...found].filter(([id]) => !expected.has(id))
  return [
    ...wrong.map(([id, text]) => `${what} of ${id}: ${found.get(id) ?? 'none'}, not ${text}`),
    ...extra.map(([id, text]) => `${what} of ${id}: ${text}, which nobody knows of`),
  ]
}

const itemsOf = ({ items }: Purchase) =>
  items
    .toSorted((a, b) => a.productId - b.productId)
    .map(({ productId, quantity }) => `${productId} x ${quantity}`)
    .join(' + ')

/** Units of each product that were bought. */
export function unitsOf(purchases: Purchase[]): Map<number, number> {
  const units = new Map<number, number>()
  for (const { items } of purchases) {
    for (const { productId, quantity } of items) units.set(productId, (units.get(productId) ?? 0) + quantity)
  }
  return units
}
