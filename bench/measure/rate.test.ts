import { expect, test } from 'vitest'
import { rateAfter } from './rate.ts'

test('a rate is that of what came after the moment by which enough had come', () => {
  const warmUp = [0, 10, 20]
  const batch = [100, 100, 100]
  const measured = [200, 300, 350, 600]

  expect(rateAfter([...measured, ...batch, ...warmUp], 3)).toBe((4 * 1000) / 500)
  expect(rateAfter([...warmUp, ...batch], 4)).toBe(6000)
})
