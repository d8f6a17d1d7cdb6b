import { bytesOfKeys } from '../../arena/redis-keys.ts'
import { openLoop } from '../../load/open-loop.ts'
import type { Contest } from '../../measure/contest.ts'
import { until } from '../../measure/until.ts'
import { type CouponPath, openCouponPath } from '../arena/coupon-path.ts'
import { prepareAsks } from '../asks.ts'
import type { Part } from '../part.ts'
import { sampleRss } from './rss.ts'

/** Half of those who ask get one. */
const stockOf = (users: number) => users / 2
const TITLE = 'Memory'

/** What both services hold while requests keep coming, and what the read model keeps of each request. */
export const memoryPart: Part = async function* (servers, { from, memory: { minutes, rate, users } }, say) {
  say('  … tokens')
  const ask = await prepareAsks(servers, users)
  const path = await openCouponPath(servers, from)
  const samples = { 'coupon-api': sampleRss(path.api.pid), 'coupon-worker': sampleRss(path.worker.pid) }
  try {
    const count = Math.floor(minutes * 60 * rate)
    const title = `${TITLE}, ${rate} requests a second for ${minutes} minutes`
    say(`  … ${rate} requests a second for ${minutes} minutes`)
    let accepted = 0
    for (let done = 0; done < count; done += users) {
      const policy = await path.createPolicy(stockOf(users))
      const some = Math.min(users, count - done)
      await openLoop({
        url: path.api.url,
        rate,
        count: some,
        ask: (n) => ask(n, policy),
        answered({ status, body }) {
          // Sold out, which the front door knows.
          if (status !== 202 && status !== 409) throw new Error(`${status}: ${body}`)
          if (status === 202) accepted += 1
        },
      })
    }
    await allDecided(path)
    const bytes = await bytesOfKeys(servers.redisUrl, path.arena.prefix)
    const rss = Object.entries(samples).map(([name, { end }]) => ({ name, figures: end() }))
    yield table(title, rss)
    yield table('Read model', [{ name: 'Redis', figures: { 'bytes a request': bytes / accepted, requests: accepted } }])
  } finally {
    for (const { end } of Object.values(samples)) end()
    await path.close()
  }
}

/** Until the worker has decided everything that was accepted. */
async function allDecided({ arena: { kafka, topics, prefix } }: CouponPath): Promise<void> {
  const requests = topics.requests.slice(prefix.length)
  await until('everything to be decided', async () => {
    const [offsets, committed] = await Promise.all([
      kafka.topicOffsets(requests),
      kafka.committed('coupon-worker', requests),
    ])
    return offsets.every(({ partition, high }) => high === 0 || (committed.get(partition) ?? 0) >= high)
  })
}

const table = (title: string, measured: { name: string; figures: Record<string, number> }[]): Contest => ({
  title,
  baseline: measured[0]!.name,
  rows: measured.map(({ name, figures }) => ({ name, median: figures, rounds: [figures] })),
})
