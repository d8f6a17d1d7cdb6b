import { orderConfirmed } from '@firstcome/events'
import { connectKafka, type Handler, type Host, kafkaConfig, type Middleware } from '@firstcome/kafka'
import { pino } from 'pino'
import { Registry } from 'prom-client'

const { KAFKA_BROKERS = '127.0.0.1:19092', KAFKA_PREFIX = '', SCHEMA_REGISTRY_URL } = process.env
const config = kafkaConfig({
  brokers: KAFKA_BROKERS.split(','),
  registryUrl: SCHEMA_REGISTRY_URL ?? 'http://127.0.0.1:18081/apis/ccompat/v7',
  prefix: KAFKA_PREFIX,
})
// What a service brings; `run` of @firstcome/service hands one over that has real traces.
const host: Host = {
  name: 'example',
  log: pino({ level: 'fatal' }),
  metrics: new Registry(),
  tracing: { current: () => undefined, run: (_trace, fn) => fn() },
}

/** Middleware does its part around the handler, and adds to its context. */
const timed: Middleware<{ began: number }> = (_message, next) => next({ began: performance.now() })

/** Does not compile behind a consumer that has no `began` to give. */
const count: Handler<{ orderId: string }, { began: number }> = async ({ orderId }, { message, began }) => {
  if (orderId === broken) throw new Error(`a bug, at try ${message.attempt}`)
  console.log(`${orderId} counted ${performance.now() >= began ? 'after' : 'before'} it came`)
}

const order = (orderId: string) => ({
  orderId,
  userId: 42,
  paymentId: '01890a5d-ac96-774b-bcce-b302099a8057',
  items: [{ productId: 1, quantity: 2, unitPrice: 1500 }],
  totalAmount: 3000,
  placedAt: Date.now(),
  confirmedAt: Date.now(),
})
const [broken, fine] = ['01890a5d-ac96-774b-bcce-b302099a8058', '01890a5d-ac96-774b-bcce-b302099a8059'] as const

const kafka = await connectKafka(config, host, [orderConfirmed])
const gaveUp = Promise.withResolvers<void>()
const consumer = kafka
  .consumer('ranking-service', {
    onDeadLetter({ code, reason, attempts }) {
      console.log(`${code} after ${attempts} tries: ${reason}`)
      gaveUp.resolve()
    },
  })
  .with(timed)
  .on(orderConfirmed, count)
await consumer.start?.()

// Two keys, so that each has its own place in the topic; both are acknowledged by every replica when this resolves.
await Promise.all([kafka.send(orderConfirmed, order(broken)), kafka.send(orderConfirmed, order(fine))])

await gaveUp.promise
await consumer.close?.()
await kafka.close?.()
