import { orderPlaced, orderRejected, paymentCompleted, paymentRefunded } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { createOutbox, inbox, startRelay } from '@firstcome/outbox'
import { readConfig, repeat, run } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { checkTimes, settings } from './config.ts'
import { forgetExpiredKeys } from './idempotency/keys.ts'
import { onOrderPlaced } from './orders/on-order-placed.ts'
import { sandbox } from './provider/sandbox.ts'
import { onOrderRejected } from './refunds/on-order-rejected.ts'
import { routes } from './routes.ts'
import { startSettler } from './settlement/settler.ts'

const config = readConfig(settings)
const { maxBatch, settleEveryMs, ...times } = config.payment
const events = [orderPlaced, orderRejected, paymentCompleted, paymentRefunded]
const minute = 60_000

await run('payment-api', config, async (service) => {
  checkTimes(config)
  const { log, metrics } = service
  const db = service.use(connectDatabase(config.database))
  const kafka = service.use(await connectKafka(config.kafka, service, events))
  const outbox = createOutbox(kafka)
  const settlement = { ...times, db, outbox, provider: sandbox, now: () => new Date() }

  service.use(startRelay({ db, kafka, log, metrics }))
  const settler = service.use(startSettler(settlement, settleEveryMs, log))
  service.use(repeat('key-cleaner', 10 * minute, log, async () => (await forgetExpiredKeys(db)) > 0))
  service.use(
    kafka
      .consumer('payment-api', { maxPollRecords: maxBatch })
      .with(inbox(db, outbox))
      .onBatch(orderPlaced, onOrderPlaced(db))
      .on(orderRejected, onOrderRejected(settler.wake)),
  )
  service.listen(routes({ ...settlement, times, keyTimes: config.idempotency }))
})
