import type { ChargeAnswer } from '../provider/provider.ts'

/**
 * What an unsettled payment becomes when the provider was asked what happened to it. A charge that has not arrived may
 * still be on its way, so only time tells that it never will: then the order is free to be paid anew.
 */
export function verdictOf(
  answer: ChargeAnswer | 'ABSENT',
  ageMs: number,
  abandonAfterMs: number,
): 'COMPLETED' | 'DECLINED' | 'WAIT' {
  if (answer === 'TAKEN') return 'COMPLETED'
  if (answer === 'DECLINED') return 'DECLINED'
  return ageMs >= abandonAfterMs ? 'DECLINED' : 'WAIT'
}
