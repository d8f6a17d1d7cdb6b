import { orderPlaced } from '@firstcome/events'
import { connectKafka, kafkaSettings } from '@firstcome/kafka'
import { httpSettings, readConfig, run, serviceSettings } from '@firstcome/service'
import { connectDatabase, postgresSettings } from '@firstcome/stores/postgres'
import { type RelayOptions, startRelay } from '../../src/index.ts'
import { inOrder, type Plan, type Step } from './plan.ts'
import { watchStatements } from './statements.ts'
import { watchedConnect } from './wire.ts'

/** A service that does nothing but publish its outbox, and that is killed or stands still where `MEMBER_PLAN` says. */
const config = readConfig({
  service: serviceSettings,
  http: httpSettings,
  kafka: kafkaSettings,
  database: postgresSettings('member'),
})
const plan: Plan = JSON.parse(process.env.MEMBER_PLAN ?? '{}')
const options: RelayOptions = JSON.parse(process.env.RELAY_OPTIONS ?? '{}')

const end = inOrder(plan.dies, () => process.kill(process.pid, 'SIGKILL'))
const halt = inOrder(plan.stops, () => process.kill(process.pid, 'SIGSTOP'))
const pass = (step: Step) => {
  end(step)
  halt(step)
}

const { topic } = orderPlaced
const connect = watchedConnect([config.kafka.prefix + topic], (at, api) => pass({ at, api, topic }))

await run('relay', config, async (service) => {
  const { log, metrics } = service
  const db = service.use(connectDatabase(config.database))
  watchStatements(db, (at, statement) => pass({ at, statement }))
  const kafka = service.use(await connectKafka(config.kafka, service, [orderPlaced], connect))
  service.use(startRelay({ db, kafka, log, metrics }, options))
})
