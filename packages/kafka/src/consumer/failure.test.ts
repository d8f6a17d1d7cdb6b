import { expect, test } from 'vitest'
import { judge } from './failure.ts'

const limits = { attempts: 3, retryDelayMs: 1000, outageMinMs: 250, outageMaxMs: 10_000 }
const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })

test('a failing message is tried again after 1 s, then 2 s, then parked', () => {
  const verdicts = [0, 1, 2].map((attempts) => judge(new Error('no'), { attempts, outages: 0 }, limits))

  expect(verdicts).toEqual([{ kind: 'again', waitMs: 1000 }, { kind: 'again', waitMs: 2000 }, { kind: 'park' }])
})

test('an outage is waited for, longer each time up to a limit, and never parks', () => {
  for (let outages = 0; outages < 100; outages++) {
    const ceiling = Math.min(10_000, 250 * 2 ** outages)
    const verdict = judge(away, { attempts: 2, outages }, limits)
    if (verdict.kind !== 'outage') throw new Error(verdict.kind)
    expect(verdict.waitMs).toBeGreaterThanOrEqual(ceiling * 0.75)
    expect(verdict.waitMs).toBeLessThanOrEqual(ceiling)
  }
})
