import { parseConfig, showProgress } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { connectRedis } from '@firstcome/stores/redis'
import { parseArguments, UsageError, usage } from './arguments.ts'
import { settings } from './config.ts'
import { readOnly } from './read-only.ts'
import { reconcile } from './reconcile.ts'
import { printReport } from './report/print.ts'

const DIFFERS = 1
const COULD_NOT_RUN = 2
/** The sums of all orders ever are one statement. */
const STATEMENT_MS = 600_000

async function main(args: string[]): Promise<number> {
  const { help, json, from, to, graceMs, stuckMs } = parseArguments(args, Date.now())
  if (help) {
    console.log(usage)
    return 0
  }
  const { databases, redis, ranking } = parseConfig(settings, process.env)
  const [payments, orders, facts] = [databases.payments, databases.orders, databases.facts].map((url) =>
    connectDatabase({
      url: readOnly(url),
      poolSize: 3,
      statementTimeoutMs: STATEMENT_MS,
      applicationName: 'reconcile',
    }),
  ) as [ReturnType<typeof connectDatabase>, ReturnType<typeof connectDatabase>, ReturnType<typeof connectDatabase>]
  const store = connectRedis({ ...redis, timeoutMs: Math.max(redis.timeoutMs, 30_000) })
  const progress = showProgress(process.stderr)
  const done = new Map<string, number>()
  try {
    await store.start()
    const report = await reconcile({
      books: { payments, orders, facts, redis: store.redis },
      span: { from, to },
      graceMs,
      stuckMs,
      ranking,
      onProgress(step, more) {
        done.set(step, (done.get(step) ?? 0) + more)
        progress.tell(step, done.get(step)!)
      },
    })
    progress.done()
    console.log(json ? JSON.stringify(report) : printReport(report))
    return report.differences === 0 ? 0 : DIFFERS
  } finally {
    progress.done()
    await Promise.all([payments.close(), orders.close(), facts.close(), store.close()])
  }
}

/** Knex puts the whole statement in front of what Postgres says. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const isOfPostgres = 'severity' in error && error.message.includes(' - ')
  const message = isOfPostgres ? error.message.slice(error.message.lastIndexOf(' - ') + 3) : error.message
  return error instanceof UsageError ? `${message}\n\n${usage}` : message || error
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(reasonOf(error))
  return COULD_NOT_RUN
})
