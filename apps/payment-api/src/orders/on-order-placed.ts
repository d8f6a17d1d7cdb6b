import type { OrderPlaced } from '@firstcome/events'
import type { BatchHandler } from '@firstcome/kafka'
import type { Knex } from 'knex'
import { addPayableOrders } from './payable-orders.ts'

/** Makes placed orders payable, a batch at a time: payments must not wait behind a rush of orders. */
export function onOrderPlaced(db: Knex): BatchHandler<OrderPlaced> {
  return (messages) =>
    addPayableOrders(
      db,
      messages.map((message) => message.value),
    )
}
