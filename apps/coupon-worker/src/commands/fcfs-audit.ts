import { parseArgs } from 'node:util'
import {
  connectContracts,
  couponIssueCompleted,
  couponIssueFailed,
  couponIssueRequested,
  type EventType,
} from '@firstcome/events'
import { openLogView, waitTopics } from '@firstcome/kafka'
import { parseConfig, showProgress } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { pino } from 'pino'
import { audit } from '../audit/audit.ts'
import { printReport } from '../audit/print.ts'
import { settings } from '../config.ts'

const usage = `fcfs-audit [--policy <id>] [--json]

Reads the topic of the coupon requests again from its start, decides everything once more with a plain model, and compares:
with the worker's database and with the outcomes that were published. Changes nothing; the system may go on meanwhile.
Needs KAFKA_BROKERS, SCHEMA_REGISTRY_URL and DATABASE_URL, where a role that may read is enough.

Exit codes: 0 nothing is wrong, 1 violations, 2 it could not run.`

const VIOLATED = 1
const COULD_NOT_RUN = 2
const group = 'coupon-worker'
const events = [couponIssueRequested, couponIssueCompleted, couponIssueFailed]

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { policy: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const policy = values.policy === undefined ? undefined : policyId(values.policy)
  const config = parseConfig({ kafka: settings.kafka, database: settings.database }, process.env)
  const log = pino({ level: 'silent' })
  const contracts = await connectContracts(
    config.kafka.registryUrl,
    events as readonly EventType<never>[] as EventType[],
  )
  const db = connectDatabase({ ...config.database, poolSize: 1, applicationName: 'fcfs-audit' })
  const view = openLogView(config.kafka, { name: 'fcfs-audit', log })
  const progress = showProgress(process.stderr)
  try {
    const report = await audit({
      db,
      view,
      contracts,
      policy,
      waitTopics: waitTopics(couponIssueRequested, group, config.kafka),
      onProgress: progress.tell,
    })
    progress.done()
    if (policy !== undefined && report.policies.length === 0) throw new Error(`There is no policy ${policy}`)
    console.log(values.json ? JSON.stringify(report) : printReport(report))
    return report.violations === 0 ? 0 : VIOLATED
  } finally {
    progress.done()
    await Promise.all([db.close(), view.close()])
  }
}

function policyId(text: string): number {
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text)
  throw new Error(`--policy ${text}: expected the number of a policy\n\n${usage}`)
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  return COULD_NOT_RUN
})
