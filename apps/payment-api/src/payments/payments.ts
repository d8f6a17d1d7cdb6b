import type { Change } from '@firstcome/outbox'
import type { Knex } from 'knex'
import type { OrderStanding, Payment } from './payment.ts'

const columns = {
  paymentId: 'payment_id',
  orderId: 'order_id',
  userId: 'user_id',
  amount: 'amount',
  method: 'method',
  status: 'status',
  createdAt: 'created_at',
  settledAt: 'settled_at',
  refundedAt: 'refunded_at',
  asked: 'asked',
  ageMs: '(extract(epoch from now() - created_at) * 1000)::float8',
}
const selected = Object.entries(columns)
  .map(([name, column]) => `${column} as "${name}"`)
  .join(', ')

/** What a payment needs to be claimed; `askAfterSeconds`: when the settler takes over from an owner that fell silent. */
export interface Claim {
  paymentId: string
  orderId: string
  userId: number
  method: string
  askAfterSeconds: number
}

/**
 * Claims the order for this payment, in one statement that commits by itself: no transaction stays open while the
 * provider is asked. Of parallel tries the unique index lets one through; undefined means that this was not it.
 */
export function claimOrder(db: Knex, claim: Claim): Promise<Payment | undefined> {
  return one(
    db,
    `insert into payments (payment_id, order_id, user_id, amount, method, status, ask_at)
     select :paymentId, order_id, user_id, amount, :method, 'PENDING', now() + make_interval(secs => :askAfterSeconds)
     from payable_orders where order_id = :orderId and user_id = :userId and closed_at is null
     on conflict do nothing
     returning ${selected}`,
    { ...claim },
  )
}

/** How the order stands; `begun`: this very payment has been claimed already, by another attempt under its key. */
export async function readStanding(
  db: Knex,
  { orderId, paymentId }: Pick<Claim, 'orderId' | 'paymentId'>,
): Promise<(OrderStanding & { begun: boolean }) | undefined> {
  const { rows } = await db.raw<{ rows: (OrderStanding & { begun: boolean })[] }>(
    `select o.user_id as "userId", o.closed_at is not null as closed, p.status as payment,
       exists (select from payments where payment_id = :paymentId) as begun
     from payable_orders o left join payments p on p.order_id = o.order_id and p.status <> 'DECLINED'
     where o.order_id = :orderId`,
    { orderId, paymentId },
  )
  return rows[0]
}

export function readPayment(db: Knex, paymentId: string): Promise<Payment | undefined> {
  return one(db, `select ${selected} from payments where payment_id = :paymentId`, { paymentId })
}

/** PENDING → COMPLETED, for the statement that announces it: a part `settled`, with a row where nobody else has settled it. */
export function completion(paymentId: string, at: Date): Change & { only: string } {
  return {
    sql: `settled as (
        update payments set status = 'COMPLETED', settled_at = ?, ask_at = null
        where payment_id = ? and status = 'PENDING' returning payment_id
      )`,
    bindings: [at, paymentId],
    only: 'settled',
  }
}

/** PENDING → DECLINED. Undefined where somebody else has settled it. */
export function markDeclined(db: Knex, paymentId: string, at: Date): Promise<Payment | undefined> {
  return one(
    db,
    `update payments set status = 'DECLINED', settled_at = :at, ask_at = null
     where payment_id = :paymentId and status = 'PENDING' returning ${selected}`,
    { paymentId, at },
  )
}

/** COMPLETED → REFUNDING, due at once. Undefined where it is not COMPLETED. */
export function markRefunding(db: Knex, paymentId: string): Promise<Payment | undefined> {
  return one(
    db,
    `update payments set status = 'REFUNDING', ask_at = now(), asked = 0
     where payment_id = :paymentId and status = 'COMPLETED' returning ${selected}`,
    { paymentId },
  )
}

/** REFUNDING → REFUNDED. Undefined where somebody else was first. */
export function markRefunded(db: Knex, paymentId: string, at: Date): Promise<Payment | undefined> {
  return one(
    db,
    `update payments set status = 'REFUNDED', refunded_at = :at, ask_at = null
     where payment_id = :paymentId and status = 'REFUNDING' returning ${selected}`,
    { paymentId, at },
  )
}

/**
 * Takes payments whose provider owes an answer, oldest first. Each is put off for a doubling while, a minute at most:
 * that is the lease of whoever took it as well as the wait before the next question.
 */
export async function takeDue(db: Knex, atMost: number): Promise<Payment[]> {
  const { rows } = await db.raw<{ rows: Payment[] }>(
    `update payments set asked = asked + 1, ask_at = now() + make_interval(secs => least(60, 5 * 2 ^ least(asked, 4)))
     where payment_id = any(array(
       select payment_id from payments where ask_at <= now() order by ask_at limit ? for update skip locked))
     returning ${selected}`,
    [atMost],
  )
  return rows
}

/** The owner knows that it does not know: the settler need not wait for the claim to run out. */
export async function askSoon(db: Knex, paymentId: string): Promise<void> {
  await db.raw(`update payments set ask_at = now() where payment_id = ? and status = 'PENDING'`, [paymentId])
}

async function one(db: Knex, sql: string, bindings: Record<string, Knex.Value>): Promise<Payment | undefined> {
  const { rows } = await db.raw<{ rows: Payment[] }>(sql, bindings)
  return rows[0]
}
