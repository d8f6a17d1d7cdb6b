import { orderConfirmed } from '@firstcome/events'
import { connectKafka, kafkaConfig } from '@firstcome/kafka'
import { createOutbox, startRelay } from '@firstcome/outbox'
import { connectDatabase } from '@firstcome/stores/postgres'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { silentHost } from '../../kafka/cluster.ts'
import { callers } from '../../kafka/produce/producer.ts'
import { eventNumber } from './event.ts'
import { taskOf } from './task.ts'

/** The outbox as a service has it: the relay beside those who write. Runs until it is stopped. */
const { brokers, registryUrl, prefix, databaseUrl, events, writers } = taskOf(process.env)
const db = connectDatabase({ url: databaseUrl, poolSize: writers })
const kafka = await connectKafka(kafkaConfig({ brokers: [brokers], registryUrl, prefix }), silentHost(), [
  orderConfirmed,
])
const outbox = createOutbox(kafka)
const relay = startRelay({ db, kafka, log: pino({ level: 'error' }), metrics: new Registry() })
await relay.start()
process.once('SIGTERM', async () => {
  await relay.close()
  await kafka.close?.()
  await db.close()
})
await callers(writers, events, (n) => db.transaction((trx) => outbox.add(trx, ...eventNumber(n))))
