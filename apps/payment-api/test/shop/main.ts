import { connectKafka } from '@firstcome/kafka'
import { createOutbox, startRelay } from '@firstcome/outbox'
import { readConfig, route, run } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { z } from 'zod'
import { checkTimes, settings } from '../../src/config.ts'
import { routes } from '../../src/routes.ts'
import { startSettler } from '../../src/settlement/settler.ts'
import { events } from './events.ts'
import { failPoints, watchCommits, watchStatements } from './fail-points.ts'
import { remoteProvider } from './remote-provider.ts'

// payment-api with a provider that outlives it, without its consumer (a group waits for each member that was killed),
// and with one route more: `POST /die-at/:point`.
const config = readConfig({ ...settings, providerUrl: { env: 'PROVIDER_URL', schema: z.url() } })
const { settleEveryMs, ...times } = config.payment
const { arm, reach } = failPoints()

await run('payment-api', config, async (service) => {
  checkTimes(config)
  const { log, metrics } = service
  const db = service.use(connectDatabase(config.database))
  watchStatements(db, reach)
  const kafka = service.use(await connectKafka(config.kafka, service, events))
  const provider = remoteProvider(config.providerUrl, reach)
  const settlement = { ...times, db, outbox: watchCommits(createOutbox(kafka), reach), provider, now: () => new Date() }

  service.use(startRelay({ db, kafka, log, metrics }))
  service.use(startSettler(settlement, settleEveryMs, log))
  service.listen([
    ...routes({ ...settlement, times, keyTimes: config.idempotency }),
    route(
      { method: 'POST', path: '/die-at/:point', auth: 'public', params: z.strictObject({ point: z.string() }) },
      async ({ params }) => {
        arm(params.point)
        return { status: 204 }
      },
    ),
  ])
})
