import { fileURLToPath } from 'node:url'
import { runNode, testStack } from '@firstcome/testing'
import type { Report } from '../../src/audit/report.ts'
import { CONNECTION_MS, type Stage } from '../stage.ts'

const tool = fileURLToPath(new URL('../../src/commands/fcfs-audit.ts', import.meta.url))

/** What waits on retry topics is tried again soon, but not before a test has seen it wait. */
export const retry = { KAFKA_RETRY_DELAY_MS: '1000', KAFKA_RETRY_MULTIPLIER: '1', KAFKA_SESSION_TIMEOUT_MS: '6000' }

/** Runs the audit as an operator does. */
export async function runAudit(it: Stage, args: string[], env: Record<string, string> = {}) {
  const { brokers, registryUrl } = testStack()
  const surroundings = {
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registryUrl,
    KAFKA_PREFIX: it.prefix,
    DATABASE_URL: it.databaseUrl,
    DATABASE_ACQUIRE_TIMEOUT_MS: String(CONNECTION_MS),
  }
  const child = runNode(tool, { ...surroundings, ...retry, ...env }, args)
  const { code } = await child.ended
  return { code, output: child.output() }
}

/** What it found, by kind, and how it ended. */
export async function audited(it: Stage, ...args: string[]) {
  const { code, output } = await runAudit(it, ['--json', ...args])
  // Progress may stand before it, of a machine that is slow.
  const report: Report = JSON.parse(output.slice(output.indexOf('{"violations"')))
  return {
    code,
    report,
    kinds: report.findings.map(({ kind }) => kind).sort(),
    words: report.findings.flatMap(({ examples }) => examples.map(({ words }) => words)),
  }
}

const tables = [
  'coupons',
  'coupon_policies',
  'partition_progress',
  'decided_batches',
  'rejected_requests',
  'held_requests',
  'policy_history',
]

/** Keeps the ledger as it is; `restore` brings it back, whatever was done to its rows. */
export async function keepLedger({ db }: Stage) {
  for (const table of tables) await db.raw(`CREATE TABLE kept_${table} AS TABLE ${table}`)
  return {
    async restore() {
      await db.transaction(async (trx) => {
        for (const table of tables) {
          await trx.raw(`DELETE FROM ${table}`)
          await trx.raw(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_${table}`)
        }
      })
    },
  }
}
