import { once } from 'node:events'
import type { Charge, ChargeAnswer, Provider } from './provider.ts'

const outcomes: Record<string, ChargeAnswer> = { card: 'TAKEN', declined: 'DECLINED', timeout: 'TAKEN' }

/**
 * A provider that moves no money; the method says how it behaves. `timeout` takes the money and never says so: the
 * caller gives up, and learns of it when it asks.
 */
export const sandbox: Provider = {
  methods: new Set(Object.keys(outcomes)),
  async charge({ method }, signal) {
    if (method === 'timeout') await silence(signal)
    return outcomeOf(method)
  },
  find: async ({ method }: Charge) => outcomeOf(method),
  refund: async () => {},
}

function outcomeOf(method: string): ChargeAnswer {
  const outcome = outcomes[method]
  if (!outcome) throw new Error(`the sandbox provider has no method ${method}`)
  return outcome
}

async function silence(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort')
  throw signal.reason
}
