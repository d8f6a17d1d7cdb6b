import type { Knex } from 'knex'
import type { Facts } from './facts.ts'

/**
 * One statement, so one round trip and one transaction: orders and their items are stored together or not at all.
 *
 * What is already stored from the same log position is left alone (a redelivered batch writes nothing); an event that
 * stands elsewhere in the log replaces the row, so that a replay after a change of the tables refreshes them.
 *
 * The time of confirmation is part of the key, for the tables are partitioned by it. order-service confirms an order once and
 * publishes what it stored, so the time of an order never changes; if it did, the order would have a row for each of its times.
 */
const upsert = `
with written as (
  insert into order_facts as fact
    (order_id, user_id, payment_id, total_amount, placed_at, confirmed_at, event_id, log_partition, log_offset)
  select order_id, user_id, payment_id, total_amount, to_timestamp(placed_at), to_timestamp(confirmed_at),
         event_id, log_partition, log_offset
  from unnest(?::uuid[], ?::bigint[], ?::uuid[], ?::bigint[], ?::float8[], ?::float8[], ?::uuid[], ?::int[], ?::bigint[])
    as t (order_id, user_id, payment_id, total_amount, placed_at, confirmed_at, event_id, log_partition, log_offset)
  order by order_id
  on conflict (order_id, confirmed_at) do update set
    (user_id, payment_id, total_amount, placed_at, event_id, log_partition, log_offset, stored_at) =
    (excluded.user_id, excluded.payment_id, excluded.total_amount, excluded.placed_at, excluded.event_id,
     excluded.log_partition, excluded.log_offset, now())
  where (fact.event_id, fact.log_partition, fact.log_offset)
    is distinct from (excluded.event_id, excluded.log_partition, excluded.log_offset)
  returning order_id, confirmed_at
), lines as (
  insert into order_item_facts (order_id, line, product_id, quantity, unit_price, confirmed_at)
  select t.*, written.confirmed_at from unnest(?::uuid[], ?::int[], ?::bigint[], ?::int[], ?::bigint[])
    as t (order_id, line, product_id, quantity, unit_price)
  join written using (order_id)
  on conflict (order_id, line, confirmed_at) do update set
    (product_id, quantity, unit_price) = (excluded.product_id, excluded.quantity, excluded.unit_price)
)
select count(*)::int as written from written`

/** Resolves to how many orders were written; the others were already there from the same log position. */
export async function storeFacts(db: Knex, { orders, items }: Facts): Promise<number> {
  const { rows } = await db.raw<{ rows: { written: number }[] }>(upsert, [
    orders.orderId,
    orders.userId,
    orders.paymentId,
    orders.totalAmount,
    orders.placedAt,
    orders.confirmedAt,
    orders.eventId,
    orders.partition,
    orders.offset,
    items.orderId,
    items.line,
    items.productId,
    items.quantity,
    items.unitPrice,
  ])
  return rows[0]!.written
}
