import { type Contestant, compete } from '../../measure/contest.ts'
import { type Figures, percentile } from '../../measure/figures.ts'
import { rateAfter } from '../../measure/rate.ts'
import type { Part } from '../part.ts'
import { firstcomeRelay, type Publisher, publishing, tutorialRelay } from './publish.ts'

/** How fast events leave a database, against the outbox of a tutorial: one row, one record, one delete. */
export const relayPart: Part = async function* (servers, { from, rounds, relay }, say) {
  const { backlog, singleBacklog, written, singleWritten, writers, warmUp } = relay
  const contestant = (
    publisher: Publisher,
    job: { backlog: number; written: number },
    figures: (measured: Awaited<ReturnType<typeof publishing>>) => Figures,
  ): Contestant => ({
    name: publisher.name,
    round: async () =>
      figures(
        await publishing(servers, publisher, { ...job, from, writers, warmUp: skipped(job.backlog + job.written) }),
      ),
  })

  // Those who are given few events do not warm up with most of them.
  const skipped = (total: number) => Math.min(warmUp, Math.floor(total / 5))

  say('  … a backlog')
  const drained = ({ records, processorMicros }: Awaited<ReturnType<typeof publishing>>): Figures => ({
    'events/s': rateAfter(
      records.map(({ at }) => at),
      skipped(records.length),
    ),
    'processor µs': processorMicros,
  })
  yield await compete('Outbox, a backlog published', tutorialRelay.name, { rounds, warmUp: false }, [
    contestant(tutorialRelay, { backlog: singleBacklog, written: 0 }, drained),
    contestant(firstcomeRelay, { backlog, written: 0 }, drained),
  ])

  say(`  … ${writers} writers`)
  const both = ({ records, processorMicros }: Awaited<ReturnType<typeof publishing>>): Figures => {
    const taken = records.filter(({ n }) => n >= skipped(records.length)).map(({ at, madeAt }) => at - madeAt)
    return {
      'events/s': rateAfter(
        records.map(({ at }) => at),
        skipped(records.length),
      ),
      'to the log p50 ms': percentile(taken, 50),
      'to the log p99 ms': percentile(taken, 99),
      'processor µs': processorMicros,
    }
  }
  yield await compete(
    `Outbox, written by ${writers} at a time and published`,
    tutorialRelay.name,
    { rounds, warmUp: false },
    [
      contestant(tutorialRelay, { backlog: 0, written: singleWritten }, both),
      contestant(firstcomeRelay, { backlog: 0, written }, both),
    ],
  )
}
