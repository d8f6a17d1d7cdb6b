import { orderConfirmed } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { readConfig, run } from '@firstcome/service'
import { connectRedis } from '@firstcome/stores/redis'
import { createBoards } from './board/boards.ts'
import { onOrderConfirmed } from './board/on-order-confirmed.ts'
import { settings } from './config.ts'
import { routes } from './routes.ts'

const config = readConfig(settings)
const { timeZone, maxBatch } = config.ranking
/** Nobody waits for the boards: a tenth of a second's orders at a time cost the machine, which orders share, far less than each by itself. */
const minBytes = 64 * 1024

await run('ranking-service', config, async (service) => {
  const store = service.use(connectRedis(config.redis))
  const kafka = service.use(await connectKafka(config.kafka, service, [orderConfirmed]))
  const boards = createBoards(store.redis, config.ranking)

  service.use(
    kafka
      .consumer('ranking-service', { maxPollRecords: maxBatch, minBytes })
      .onBatch(orderConfirmed, onOrderConfirmed(boards)),
  )
  service.listen(routes({ boards, timeZone, now: Date.now }))
})
