import type { Knex } from 'knex'
import type { Logger } from 'pino'
import { prune } from './prune.ts'

const EVERY_MS = 60 * 60 * 1_000

/** Forgets old decisions once an hour. Several workers may do so at a time; a failure is made up for an hour later. */
export function startPruner({ db, log, now, keepMs }: { db: Knex; log: Logger; now: () => number; keepMs: number }) {
  let timer: NodeJS.Timeout | undefined

  async function tidy(): Promise<void> {
    try {
      const forgotten = await prune(db, now(), keepMs)
      if (forgotten > 0) log.info({ forgotten }, 'forgot decisions that the log no longer holds the requests of')
    } catch (error) {
      log.warn({ err: error }, 'could not forget old decisions')
    }
  }

  return {
    name: 'pruner',
    async start() {
      timer = setInterval(tidy, EVERY_MS).unref()
    },
    async close() {
      clearInterval(timer)
    },
  }
}
