import { parseArgs } from 'node:util'
import { orderConfirmed } from '@firstcome/events'
import { connectKafka } from '@firstcome/kafka'
import { commandHost, parseConfig, showProgress } from '@firstcome/service'
import { connectRedis } from '@firstcome/stores/redis'
import { createBoards } from '../board/boards.ts'
import { settings } from '../config.ts'
import { createGenerations } from '../rebuild/generations.ts'
import { rebuild } from '../rebuild/rebuild.ts'

const usage = `ranking rebuild

Counts the topic of the confirmed orders again, from its start, into fresh boards, and shows those instead of the present ones, in one
step. The service goes on meanwhile. Needs KAFKA_BROKERS, SCHEMA_REGISTRY_URL and REDIS_URL, and the service's RANKING_ settings.

Exit codes: 0 the boards are new, 1 they are as before, 2 wrong arguments.`

async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  })
  if (values.help || positionals.join(' ') !== 'rebuild') {
    console[values.help ? 'log' : 'error'](usage)
    return values.help ? 0 : 2
  }
  const config = parseConfig({ kafka: settings.kafka, redis: settings.redis, ranking: settings.ranking }, process.env)
  const store = connectRedis(config.redis)
  const kafka = await connectKafka(config.kafka, commandHost('ranking'), [orderConfirmed])
  const progress = showProgress(process.stderr)
  const interrupted = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort(new Error(`${name}: the boards stay as they were`)))
  }
  try {
    await store.start?.()
    const began = performance.now()
    const { orders, repeated } = await rebuild({
      kafka,
      boards: createBoards(store.redis, config.ranking),
      generations: createGenerations(store.redis),
      batch: config.ranking.maxBatch,
      signal: interrupted.signal,
      onProgress: (records) => progress.tell('records', records),
    })
    progress.done()
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(
      `${orders.toLocaleString('en')} orders counted again in ${seconds} s, ${repeated} records were repeated`,
    )
    return 0
  } finally {
    progress.done()
    await Promise.all([kafka.close?.(), store.close?.()])
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS') ? 2 : 1
})
