import type { Outbox } from '@firstcome/outbox'
import type { Route } from '@firstcome/service'
import type { Database } from '@firstcome/stores/postgres'
import { getOrder } from './orders/get-order.ts'
import { listOrders } from './orders/list-orders.ts'
import { placeOrder } from './orders/place-order.ts'
import { listProducts } from './products/list-products.ts'
import { putProduct } from './products/put-product.ts'

export interface RouteParts {
  db: Database
  outbox: Outbox
  /** Epoch milliseconds. */
  now: () => number
}

/** All that order-service answers over HTTP; the reference of the API is made of it. */
export const routes = ({ db, outbox, now }: RouteParts): Route[] => [
  placeOrder(db, outbox, now),
  getOrder(db),
  listOrders(db),
  listProducts(db),
  putProduct(db),
]
