import { describe, expect, test } from 'vitest'
import { KafkaError } from '../errors/kafka-error.ts'
import { defaultConfig } from '../settings.ts'
import { judge, type RetryPolicy } from './failure.ts'

const limits = defaultConfig.consumer
const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
const inTopics: RetryPolicy = { retries: 'topics' }
const first = { tries: 1, outages: 0 }

describe('a message that fails', () => {
  test('is tried three times, after 1 s and then 2 s, and parked', () => {
    const verdicts = [1, 2, 3].map((tries) => judge(new Error('no'), { tries, outages: 0 }, limits, inTopics))

    expect(verdicts).toEqual([
      { kind: 'retry', delayMs: 1000, jitterMs: 0 },
      { kind: 'retry', delayMs: 2000, jitterMs: 0 },
      { kind: 'park' },
    ])
  })

  test('keeps its partition waiting where order is sacred', () => {
    expect(judge(new Error('no'), first, limits, { retries: 'in-place' })).toEqual({ kind: 'again', waitMs: 1000 })
  })

  test('waits longer each time, up to the longest wait', () => {
    const patient = { ...limits, attempts: 10, retryMultiplier: 3, retryMaxDelayMs: 20_000 }
    const delays = [1, 2, 3, 4, 5].map((tries) => judge(new Error('no'), { tries, outages: 0 }, patient, inTopics))

    expect(delays.map((one) => 'delayMs' in one && one.delayMs)).toEqual([1000, 3000, 9000, 20_000, 20_000])
  })

  test('waits a little longer by chance, never shorter, where jitter is wanted', () => {
    const jitters = Array.from({ length: 200 }, () =>
      judge(new Error('no'), first, { ...limits, retryJitter: 0.5 }, inTopics),
    )
    for (const verdict of jitters) {
      if (verdict.kind !== 'retry') throw new Error(verdict.kind)
      expect(verdict.delayMs).toBe(1000)
      expect(verdict.jitterMs).toBeGreaterThanOrEqual(0)
      expect(verdict.jitterMs).toBeLessThanOrEqual(500)
    }
    expect(new Set(jitters.map((one) => 'jitterMs' in one && one.jitterMs)).size).toBeGreaterThan(1)
  })

  test('is not tried again when its error says so, or the consumer does', () => {
    const final = new KafkaError('RECORD_TOO_LARGE', 'too large')
    const notRetried = (error: Error) => error instanceof RangeError

    expect(judge(final, first, limits, inTopics)).toEqual({ kind: 'park' })
    expect(judge(new RangeError('no'), first, limits, { retries: 'topics', notRetried })).toEqual({ kind: 'park' })
    expect(judge(new Error('no'), first, limits, { retries: 'topics', notRetried }).kind).toBe('retry')
  })
})

test('an outage is waited for, longer each time up to a limit, and never parks', () => {
  for (let outages = 0; outages < 100; outages++) {
    const ceiling = Math.min(10_000, 250 * 2 ** outages)
    const verdict = judge(away, { tries: 3, outages }, limits, { ...inTopics, notRetried: () => true })
    if (verdict.kind !== 'outage') throw new Error(verdict.kind)
    expect(verdict.waitMs).toBeGreaterThanOrEqual(ceiling * 0.75)
    expect(verdict.waitMs).toBeLessThanOrEqual(ceiling)
  }
})
