import pg from 'pg'
import type { Answer, Gateway } from '../rush/gateway.ts'
import { type Steps, until } from './steps.ts'

export interface OrderTools {
  gateway: Gateway
  token: string
  /** Connection URL of an operator who may read, and only read, the data platform's database. */
  dataPlatformUrl: string
}

const items = [
  { productId: 1, quantity: 2 },
  { productId: 2, quantity: 1 },
]
const board = '/api/rankings/best-sellers?period=daily&limit=100'

/** One order through the whole house: placed, paid, confirmed, stored as a fact, counted on the best-seller board. */
export async function orderFlow(
  { gateway, token, dataPlatformUrl }: OrderTools,
  { title, step }: Steps,
): Promise<void> {
  title('An order, from the click to the data platform')
  const before = await step(
    'best sellers before',
    () => soldToday(gateway),
    (sold) => `best sellers before: product 1 sold ${sold} times today`,
  )
  const orderId = await step(
    'place an order',
    async () => {
      const placed = expectStatus(
        201,
        await gateway.ask({ method: 'POST', path: '/api/orders', token, body: { items } }),
      )
      return { orderId: placed.body.orderId!, totalAmount: placed.body.totalAmount! }
    },
    (placed) => `order ${placed.orderId} placed over ${placed.totalAmount.toLocaleString('en-US')}`,
  ).then((placed) => placed.orderId)
  await step(
    'pay it',
    // The payment service hears of an order over Kafka: in the very first moments it may not know it yet.
    async () => {
      const body = { orderId, method: 'card' }
      const headers = { 'idempotency-key': `demo-${orderId}` }
      const ask = { method: 'POST', path: '/api/payments', token, body, headers, repeatOn: [404, 429, 503] } as const
      return expectStatus(201, await gateway.ask({ ...ask, repeatOn: [...ask.repeatOn], repeatWhenBroken: true }))
    },
    (paid) => `paid: payment ${paid.body.paymentId} is ${paid.body.status}`,
  )
  await step(
    'wait for the confirmation',
    () =>
      until('the order is CONFIRMED', async () => {
        const order = await gateway.ask({ method: 'GET', path: `/api/orders/${orderId}`, token })
        if (order.body.status === 'REJECTED') throw new Error(`the order was rejected: ${order.text}`)
        return order.body.status === 'CONFIRMED' ? order.body.status : undefined
      }),
    (status) => `the order is ${status}`,
  )
  await step(
    'find it in the data platform',
    () => factsOf(dataPlatformUrl, orderId),
    (rows) => `found in the data platform, with ${rows} item rows`,
  )
  await step(
    'find it on the best-seller board',
    () =>
      until('the board counts 2 more of product 1', async () => {
        const sold = await soldToday(gateway)
        return sold >= before + items[0]!.quantity ? sold : undefined
      }),
    (sold) => `on the best-seller board: product 1 sold ${sold} times today, ${sold - before} more than before`,
  )
}

async function soldToday(gateway: Gateway): Promise<number> {
  const { body } = expectStatus(200, await gateway.ask({ method: 'GET', path: board, repeatOn: [429] }))
  return body.items?.find(({ productId }) => productId === 1)?.quantity ?? 0
}

async function factsOf(dataPlatformUrl: string, orderId: string): Promise<number> {
  const operator = new pg.Client({ connectionString: dataPlatformUrl })
  await operator.connect()
  try {
    return await until('the order is in the data platform', async () => {
      const { rowCount } = await operator.query('SELECT 1 FROM order_item_facts WHERE order_id = $1', [orderId])
      return rowCount || undefined
    })
  } finally {
    await operator.end()
  }
}

function expectStatus(status: number, answer: Answer): Answer {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`)
  return answer
}
