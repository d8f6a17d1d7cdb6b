import { orderConfirmed, orderPlaced, orderRejected, paymentCompleted, paymentRefunded } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { createOutbox, inboxBatch, startRelay } from '@firstcome/outbox'
import { readConfig, run } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { settings } from './config.ts'
import { startExpiry } from './orders/expiry.ts'
import { onPaymentsCompleted } from './orders/on-payments-completed.ts'
import { onPaymentsRefunded } from './orders/on-payments-refunded.ts'
import { routes } from './routes.ts'

const config = readConfig(settings)
const events = [orderPlaced, orderConfirmed, orderRejected, paymentCompleted, paymentRefunded]
const now = Date.now

await run('order-service', config, async (service) => {
  const db = service.use(connectDatabase(config.database))
  const kafka = service.use(await connectKafka(config.kafka, service, events))
  const outbox = createOutbox(kafka)

  const { log, metrics } = service
  const { unpaidSeconds, expireEveryMs: everyMs, maxBatch: maxPollRecords } = config.orders

  service.use(startRelay({ db, kafka, log, metrics }))
  service.use(startExpiry({ db, log, now, unpaidMs: unpaidSeconds * 1000, everyMs }))
  service.use(
    kafka
      .consumer('order-service', { maxPollRecords })
      .onBatch(paymentCompleted, inboxBatch(db, outbox, onPaymentsCompleted(now)))
      .onBatch(paymentRefunded, inboxBatch(db, outbox, onPaymentsRefunded(now))),
  )
  service.listen(routes({ db, outbox, now }))
})
