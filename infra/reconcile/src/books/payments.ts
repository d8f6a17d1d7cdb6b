import type { Knex } from 'knex'
import { ms, type Page, pageBindings, rows } from './sql.ts'

/** What payment-api has written down. All that this tool knows of its tables is in this file. */
export interface Payable {
  orderId: string
  userId: number
  /** Minor units. */
  amount: number
  /** Epoch milliseconds. */
  placedAt: number
}

export interface Payment {
  paymentId: string
  orderId: string
  userId: number
  amount: number
  status: 'PENDING' | 'COMPLETED' | 'REFUNDING' | 'REFUNDED'
  createdAt: number
  settledAt: number | null
  refundedAt: number | null
}

const PAYABLE = `select order_id as "orderId", user_id as "userId", amount, ${ms('placed_at')} as "placedAt" from payable_orders`

export const payablePage = (db: Knex, page: Page) =>
  rows<Payable>(
    db,
    `${PAYABLE} where placed_at >= :from and placed_at < :to and order_id > :after order by order_id limit :size`,
    pageBindings(page),
  )

export const payableOf = (db: Knex, ids: string[]) =>
  rows<Payable>(db, `${PAYABLE} where order_id = any(cast(:ids as uuid[]))`, { ids })

/** All but the declined ones, which moved no money and never will; the index that forbids a second one finds them. */
export const paymentsOf = (db: Knex, ids: string[]) =>
  rows<Payment>(
    db,
    `select payment_id as "paymentId", order_id as "orderId", user_id as "userId", amount, status,
            ${ms('created_at')} as "createdAt", ${ms('settled_at')} as "settledAt", ${ms('refunded_at')} as "refundedAt"
       from payments where order_id = any(cast(:ids as uuid[])) and status <> 'DECLINED' order by payment_id`,
    { ids },
  )
