/** How a column is read from Postgres and what it is in Parquet. */
export interface Column {
  name: string
  type: 'UUID' | 'INT32' | 'INT64' | 'TIMESTAMP'
}

/** A table as a data set of files, `<name>/date=<day>/part-0.parquet`. */
export interface DataSet {
  name: string
  table: string
  columns: readonly Column[]
  /** Within a day, so that the same rows always make the same file. */
  order: string
}

const uuid = (name: string): Column => ({ name, type: 'UUID' })
const int32 = (name: string): Column => ({ name, type: 'INT32' })
const int64 = (name: string): Column => ({ name, type: 'INT64' })
const timestamp = (name: string): Column => ({ name, type: 'TIMESTAMP' })

export const dataSets: readonly DataSet[] = [
  {
    name: 'orders',
    table: 'order_facts',
    columns: [
      uuid('order_id'),
      int64('user_id'),
      uuid('payment_id'),
      int64('total_amount'),
      timestamp('placed_at'),
      timestamp('confirmed_at'),
      uuid('event_id'),
      int32('log_partition'),
      int64('log_offset'),
      timestamp('stored_at'),
    ],
    order: 'confirmed_at, order_id',
  },
  {
    name: 'order_items',
    table: 'order_item_facts',
    columns: [
      uuid('order_id'),
      int32('line'),
      int64('product_id'),
      int32('quantity'),
      int64('unit_price'),
      timestamp('confirmed_at'),
    ],
    order: 'confirmed_at, order_id, line',
  },
]
