import { orderPlaced } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import { test } from 'vitest'
import { anOrder, bench, host, rowsIn } from '../test/bench.ts'
import { startRelay } from './relay.ts'
import { startRelay as old } from './zz-old-relay.ts'

const { db, kafka, outbox } = await bench()
const N = Number(process.env.N ?? 30000)
test.for(['old', 'new', 'old', 'new', 'old', 'new'])('%s', { timeout: 600000 }, async (mode) => {
  for (let i = 0; i < N; i += 1000) await db.transaction((trx) => outbox.addAll(trx, Array.from({ length: 1000 }, () => [orderPlaced, anOrder()] as const)))
  await db.raw('vacuum analyze outbox')
  const { log, metrics } = host()
  const relay = (mode === 'old' ? old : startRelay)({ db, kafka, log, metrics })
  const t = performance.now()
  await relay.start()
  await waitFor('empty', async () => (await rowsIn(db, 'outbox')) === 0, { timeoutMs: 500000 })
  const s = (performance.now() - t) / 1000
  console.log(mode, Math.round(N / s), 'rows/s')
  await relay.close()
})
