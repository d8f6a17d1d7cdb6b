import { setTimeout as pause } from 'node:timers/promises'
import type { Kafka } from '@firstcome/kafka'
import type { ServiceName } from '@firstcome/local'
import { reportOf } from '@firstcome/local/rush'
import { processesOf } from '../replicas.ts'
import { startShopping } from '../shopping/buyers.ts'
import { closeBooks, openBooks } from '../shopping/run.ts'
import { pidOf } from '../system.ts'
import { tool } from '../tool.ts'
import { complaintsOf, keepRushing } from './rushes.ts'

export interface Deploy {
  service: ServiceName
  /** The folder of an artifact. */
  from: string
}

export interface UnderLoad {
  /** What was done and seen, for people. */
  report: string
  /** Everything that is not as it should be; empty when all is well. */
  wrong: string[]
}

/**
 * Replaces services one after another while people rush for coupons and buy, and then asks everybody: the clients, the
 * command itself, the audit of the coupons, the books of the services, and the reconciliation.
 */
export async function deployUnderLoad(kafka: Kafka, deploys: Deploy[]): Promise<UnderLoad> {
  const before = await openBooks(kafka)
  const begun = performance.now()
  const deployed = new AbortController()
  const untilDeployed = new Promise<void>((resolve) => deployed.signal.addEventListener('abort', () => resolve()))
  const rushes = keepRushing(deployed.signal)
  // None of the payments that the provider answers with silence: those are to be told 504.
  const how = (nth: number) => (nth % 20 === 7 ? 'declined first' : 'card')
  const shopping = startShopping({ orders: 1, clients: 4, users: 40, until: untilDeployed, how })
  const wrong: string[] = []
  const lines: string[] = []

  async function deployAll(): Promise<void> {
    await pause(1_000)
    for (const deploy of deploys) {
      const at = performance.now()
      wrong.push(...(await deployOne(deploy)))
      const asked = shopping.purchases.length
      lines.push(
        `${seconds(at - begun)}: ${deploy.service} replaced in ${seconds(performance.now() - at)}, ${asked} orders`,
      )
    }
  }
  await Promise.all([deployAll().finally(() => deployed.abort()), rushes.over, shopping.over])

  for (const seen of rushes.seen) {
    const { couponPolicyId, answered, issued, streamed, held, accept } = reportOf(seen)
    const waits = `${streamed.count} streams, ${held.count} held, accepted p99 ${accept.p99.toFixed(0)} ms`
    lines.push(`policy ${couponPolicyId}: ${answered} answers, ${issued} issued, ${waits}`)
    wrong.push(...complaintsOf(seen).map((one) => `policy ${couponPolicyId}: ${one}`))
  }
  const again = [...shopping.repeated].filter(([why]) => !documented.includes(why))
  wrong.push(...again.map(([why, count]) => `buyers asked again ${count} times on ${why}`))

  const [books, audit] = await Promise.all([closeBooks(kafka, shopping, { before }), tool('fcfs-audit')])
  wrong.push(...books.wrong)
  if (books.reconciled.code !== 0) wrong.push(books.reconciled.output)
  if (audit.code !== 0) wrong.push(audit.output)
  return { report: [...lines, books.report, `all in ${seconds(performance.now() - begun)}`].join('\n'), wrong }
}

/** What went wrong with it: a command that failed, a process that is still the old one. */
async function deployOne({ service, from }: Deploy): Promise<string[]> {
  const before = processesOf(service).map(({ name }) => ({ name, pid: pidOf(name) }))
  const { code, output } = await tool('deploy:service', service, '--from', from)
  const same = before.filter(({ name, pid }) => pidOf(name) === pid)
  return [
    ...(code === 0 ? [] : [`deploy:service ${service} ended with ${code}: ${output}`]),
    ...same.map(({ name, pid }) => `${name} is still process ${pid}`),
  ]
}

/** What buyers may be told before they ask again: the payment service has not heard of the order yet. */
const documented = ['ORDER_NOT_FOUND', 'PAYMENT_IN_PROGRESS']

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
