import { host } from '@firstcome/local'
import { waitFor } from '@firstcome/testing'
import { processesOf } from '../replicas.ts'
import { type Killed, restarted, services } from '../system.ts'

export interface Fault {
  /** What was killed: `coupon-worker and coupon-worker-2`. */
  names: string
  /** Epoch ms. */
  at: number
  backAt: number
  /** How many orders were paid at that moment. */
  orders: number
}

export interface FaultPlan {
  /** How many orders are paid before the first, and between one and the next. */
  first: number
  between: number
  paid: () => number
  /** When nobody buys any more, nothing is worth killing. */
  signal: AbortSignal
}

/** One fault after another: the next comes when the one before is mended, and some more orders are paid. */
export async function oneAfterAnother(kills: (() => Killed[])[], plan: FaultPlan): Promise<Fault[]> {
  const { first, between, paid, signal } = plan
  const faults: Fault[] = []
  for (const [nth, kill] of kills.entries()) {
    const due = nth === 0 ? first : Math.max(first + nth * between, paid() + between / 4)
    await waitFor(`${due} paid orders`, () => signal.aborted || paid() >= due, { timeoutMs: 180_000 })
    signal.throwIfAborted()
    const at = Date.now()
    const orders = paid()
    const killed = kill()
    await Promise.all(killed.map(restarted))
    faults.push({ names: killed.map(({ name }) => name).join(' and '), at, backAt: Date.now(), orders })
  }
  return faults
}

/** Those that were not killed had to do without the others for a while: what comes next meets a whole system. */
export async function everybodyReady(): Promise<void> {
  for (const { name, port } of services.flatMap(processesOf)) {
    const ready = async () => (await fetch(`http://${host}:${port}/health/ready`)).ok
    await waitFor(`${name} to be ready`, ready, { timeoutMs: 60_000 })
  }
}
