import { orderConfirmed, orderPlaced, orderRejected, paymentCompleted, paymentRefunded } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { createOutbox, inbox, startRelay } from '@firstcome/outbox'
import { readConfig, run } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { settings } from './config.ts'
import { getOrder } from './orders/get-order.ts'
import { onPaymentCompleted } from './orders/on-payment-completed.ts'
import { onPaymentRefunded } from './orders/on-payment-refunded.ts'
import { placeOrder } from './orders/place-order.ts'

const config = readConfig(settings)
const events = [orderPlaced, orderConfirmed, orderRejected, paymentCompleted, paymentRefunded]
const now = Date.now

await run('order-service', config, async (service) => {
  const db = service.use(connectDatabase(config.database))
  const kafka = service.use(await connectKafka(config.kafka, service, events))
  const outbox = createOutbox(kafka)

  service.use(startRelay({ db, kafka, log: service.log, metrics: service.metrics }))
  service.use(
    kafka
      .consumer('order-service')
      .with(inbox(db, outbox))
      .on(paymentCompleted, onPaymentCompleted(now))
      .on(paymentRefunded, onPaymentRefunded(now)),
  )
  service.listen([placeOrder(db, outbox, now), getOrder(db)])
})
