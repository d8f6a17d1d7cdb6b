import type { Charge, ChargeAnswer, Provider } from '../../src/provider/provider.ts'
import type { FailPoint } from './fail-points.ts'

/** The provider of `provider-server.ts`, asked over the network. */
export function remoteProvider(url: string, reach: (point: FailPoint) => void): Provider {
  async function ask<T>(what: string, charge: Charge, signal: AbortSignal): Promise<T> {
    const response = await fetch(`${url}/${what}`, { method: 'POST', body: JSON.stringify(charge), signal })
    return (await response.json()) as T
  }
  return {
    methods: new Set(['card', 'silent']),
    async charge(charge, signal) {
      const answer = await ask<ChargeAnswer>('charge', charge, signal)
      reach('charged')
      return answer
    },
    async find(charge, signal) {
      reach('before-find')
      const answer = await ask<ChargeAnswer | 'ABSENT'>('find', charge, signal)
      reach('found')
      return answer
    },
    async refund(charge, signal) {
      reach('before-refund')
      await ask('refund', charge, signal)
      reach('refunded')
    },
  }
}
