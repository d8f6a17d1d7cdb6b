import { parseConfig } from '@firstcome/service'
import { describe, expect, it } from 'vitest'
import { checkTimes, settings } from './config.ts'

const { payment, idempotency } = settings
const times = (env: NodeJS.ProcessEnv) => parseConfig({ payment, idempotency }, env)

describe('the times of a payment', () => {
  it('fit together as they are by default', () => {
    expect(() => checkTimes(times({}))).not.toThrow()
  })

  it.each([
    ['a lease that ends while an attempt may be at work', 'IDEMPOTENCY_LEASE_S', '6', '7'],
    ['a claim that is looked into while the provider may still answer', 'PAYMENT_CLAIM_S', '2', '3'],
    ['giving up a charge that may still be on its way', 'PAYMENT_ABANDON_AFTER_MS', '4000', '4001'],
  ])('are refused with %s, by name', (_what, env, tooShort, enough) => {
    expect(() => checkTimes(times({ [env]: tooShort }))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', problems: [expect.stringMatching(`^${env} must be longer`)] }),
    )
    expect(() => checkTimes(times({ [env]: enough }))).not.toThrow()
  })
})
