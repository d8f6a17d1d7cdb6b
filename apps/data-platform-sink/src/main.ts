import { orderConfirmed } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { readConfig, run } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { settings } from './config.ts'
import { onOrderConfirmed } from './facts/on-order-confirmed.ts'
import { startMonthsAhead } from './months/ahead.ts'
import { createPartitions } from './months/partitions.ts'
import { routes } from './routes.ts'

const config = readConfig(settings)
/** Nobody waits for the facts: a tenth of a second's orders at a time cost the machine, which orders share, far less than each by itself. */
const minBytes = 64 * 1024

await run('data-platform-sink', config, async (service) => {
  const db = service.use(connectDatabase(config.database))
  const kafka = service.use(await connectKafka(config.kafka, service, [orderConfirmed]))
  const partitions = createPartitions({ db, log: service.log, now: Date.now })

  service.use(startMonthsAhead(partitions, service.log))
  service.use(
    kafka
      .consumer('data-platform-sink', { maxPollRecords: config.sink.maxBatch, minBytes })
      .onBatch(orderConfirmed, onOrderConfirmed(db, partitions)),
  )
  service.listen(routes())
})
