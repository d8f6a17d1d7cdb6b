import type { CouponIssueRequested } from '@firstcome/events'
import { connectKafka, kafkaSettings, type Message, type Middleware } from '@firstcome/kafka'
import { httpSettings, readConfig, run, serviceSettings } from '@firstcome/service'
import { connectDatabase, postgresSettings, type Transaction } from '@firstcome/stores/postgres'
import { createOutbox, type InboxBatchHandler, inbox, inboxBatch } from '../../src/index.ts'
import { act, inOrder, type Plan, type Step } from './plan.ts'
import { event, group, topics } from './topics.ts'
import { watchedConnect } from './wire.ts'

/** A service that consumes one event with effects in a database, and in which things go wrong as `MEMBER_PLAN` says. */
const config = readConfig({
  service: serviceSettings,
  http: httpSettings,
  kafka: kafkaSettings,
  database: postgresSettings('member'),
})
const plan: Plan = JSON.parse(process.env.MEMBER_PLAN ?? '{}')
const member = process.env.MEMBER_NAME ?? 'member'

const end = inOrder(plan.dies, () => process.kill(process.pid, 'SIGKILL'))
const halt = inOrder(plan.stops, () => process.kill(process.pid, 'SIGSTOP'))
const pass = (step: Step) => {
  end(step)
  halt(step)
}

const connect = watchedConnect(
  Object.values(topics).map(({ topic }) => config.kafka.prefix + topic),
  (at, api, topic) => pass({ at, api, topic }),
)

type Request = Message<CouponIssueRequested>

await run('member', config, async (service) => {
  const db = service.use(connectDatabase(config.database))
  const kafka = service.use(await connectKafka(config.kafka, service, [event], connect))
  const outbox = createOutbox(kafka)
  const consumer = kafka.consumer(group, {
    onDeadLetter: async ({ message }) => db('told').insert({ event_id: message?.id }),
  })

  /** The work on one message: its effect, and what goes wrong in it. Tries are counted outside of the transaction. */
  async function work(trx: Transaction, { id, value }: Request): Promise<void> {
    const n = value.userId
    await db('tries').insert({ event_id: id, n, member })
    pass({ at: 'in-transaction', n })
    await act(plan, n, async () => Number((await db('tries').where({ n }).count().first())!.count))
    await trx('effects').insert({ event_id: id, n: plan.fails?.[n] === 'row' ? null : n, member })
    pass({ at: 'before-database-commit', n })
  }

  const around: Middleware<object> = async (message, next) => {
    const n = (message as Request).value.userId
    pass({ at: 'before-handler', n })
    await next({})
    pass({ at: 'after-database-commit', n })
  }

  if (plan.batch) {
    const handler: InboxBatchHandler<CouponIssueRequested> = async (messages, { trx }) => {
      for (const message of messages) await work(trx, message)
    }
    consumer.onBatch(event, inboxBatch(db, outbox, handler))
  } else {
    const once: Middleware<{ trx: Transaction }> = plan.withoutInbox
      ? (_, next) => db.transaction((trx) => next({ trx }))
      : inbox(db, outbox)
    consumer
      .with(around)
      .with(once)
      .on(event, (_, { message, trx }) => work(trx, message))
  }
  service.use(consumer)
})
