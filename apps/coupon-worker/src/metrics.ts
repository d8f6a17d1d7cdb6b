import { Counter, Histogram, type Registry } from 'prom-client'
import type { Answer } from './ledger/snapshot.ts'

export interface WorkerMetrics {
  /** Starts the clock of a batch; call the result with what was decided, and when. */
  startBatch(): (answers: Answer[], now: number) => void
}

export function workerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry]
  const outcomes = new Counter({
    name: 'coupon_outcomes_total',
    help: 'Requests answered, by outcome; answers read back after a redelivery are counted again.',
    labelNames: ['outcome'],
    registers,
  })
  const size = new Histogram({
    name: 'coupon_batch_requests',
    help: 'Requests in a batch.',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000],
    registers,
  })
  const duration = new Histogram({
    name: 'coupon_batch_decision_seconds',
    help: 'From the arrival of a batch to its decision being in the database.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const wait = new Histogram({
    name: 'coupon_request_wait_seconds',
    help: 'From accept to decision, of the oldest request in each batch.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  })

  return {
    startBatch() {
      const start = performance.now()
      return (answers, now) => {
        duration.observe((performance.now() - start) / 1_000)
        size.observe(answers.length)
        wait.observe((now - oldest(answers)) / 1_000)
        for (const [outcome, count] of countOutcomes(answers)) outcomes.inc({ outcome }, count)
      }
    },
  }
}

function oldest(answers: Answer[]): number {
  return answers.reduce((least, { request }) => Math.min(least, request.requestedAt), Number.POSITIVE_INFINITY)
}

/** Counted per batch: a metric per request would cost more than the decision does. */
function countOutcomes(answers: Answer[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { outcome } of answers) {
    const name =
      outcome.kind === 'rejected' ? outcome.reason : outcome.kind === 'issued' ? 'ISSUED' : 'COUPON_ISSUE_FAILED'
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
