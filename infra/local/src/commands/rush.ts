import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { type TokenSigner, tokenSigner } from '../keys.ts'
import { StepError, say, step } from '../progress.ts'
import { readArguments, usage } from '../rush/arguments.ts'
import { couponRush } from '../rush/coupon-rush.ts'
import { count, describeRush, describeVerdict } from '../rush/describe.ts'
import { type Gateway, openGateway } from '../rush/gateway.ts'
import { showLive } from '../rush/live.ts'
import type { RushPlan } from '../rush/plan.ts'
import { nothingSeen, reportOf } from '../rush/seen.ts'
import { type Stack, services, stack } from '../stack.ts'
import { runningSupervisor } from '../supervisor/control.ts'
import { whichStack } from './which-stack.ts'

/**
 * Puts a crowd on one coupon, tells how it was answered, and has the audit judge it. Ends with 0 when every promise held,
 * 1 when one did not, 2 for wrong arguments, 130 when interrupted.
 */
export async function rush(args: string[]): Promise<number> {
  const { plan: wanted, audit, test, help } = readArguments(args)
  if (help) {
    say(usage)
    return 0
  }
  const target = stack(whichStack({ test }))
  const processes = runningSupervisor(target)?.processes.map(({ name }) => name) ?? []
  if (!processes.includes('gateway')) throw new StepError(`The ${target.name} system is not running (npm start).`)

  const sign = tokenSigner(target)
  const gateway = openGateway(target.gatewayUrl, wanted.sockets)
  const plan = await onPolicy(wanted, gateway)
  say(headline(plan, target, processes))
  const tokens = new Map<number, string>()
  await step('sign tokens', () => signAll(plan, sign, tokens), { quietMs: 1_000 })

  const seen = nothingSeen(plan)
  const interrupted = new Promise<'interrupted'>((resolve) => process.on('SIGINT', () => resolve('interrupted')))
  const hideLive = showLive(seen, process.stdout)
  const adminToken = sign(1, { admin: true })
  const ended = await Promise.race([couponRush(plan, { gateway, tokens, adminToken, seen }), interrupted]).finally(
    hideLive,
  )
  const report = reportOf(seen)
  say(describeRush(report).join('\n'))
  if (ended === 'interrupted') {
    say('Interrupted. What was accepted is decided all the same.')
    return 130
  }
  gateway.close()
  say(describeVerdict(report, 'as far as the users can tell, nobody was overtaken and nobody got two').join('\n'))
  const audited = audit ? await runAudit(target, report.couponPolicyId!) : 0
  return report.violations.length === 0 && audited === 0 ? 0 : 1
}

/** A plan for a policy that there is says how many coupons that has. */
async function onPolicy(plan: RushPlan, gateway: Gateway): Promise<RushPlan> {
  if (plan.couponPolicyId === undefined) return plan
  const path = `/api/coupon-policies/${plan.couponPolicyId}`
  const { status, text, body } = await gateway.ask({ method: 'GET', path, repeatOn: [429, 502, 503, 504] })
  if (status !== 200) throw new StepError(`Policy ${plan.couponPolicyId}: ${status} ${text}`)
  return { ...plan, coupons: body.totalQuantity! }
}

function headline(plan: RushPlan, { gatewayUrl }: Stack, processes: string[]): string {
  const { users, askTwice, rate, couponPolicyId: id, coupons, sockets } = plan
  const what =
    id === undefined ? `a new policy with ${count(coupons)} coupons` : `policy ${id} (${count(coupons)} coupons)`
  const many = services
    .filter(({ name }) => name.startsWith('coupon-'))
    .map(({ name }) => `${processes.filter((one) => one === name || one.startsWith(`${name}-`)).length} ${name}`)
  return [
    `Rush on ${what}: ${count(users + askTwice)} requests of ${count(users)} users`,
    `${rate === undefined ? 'as many as possible' : `${count(rate)} a second`}, over at most ${count(sockets)} connections to ${gatewayUrl} (${many.join(', ')})`,
  ].join('\n')
}

/** Before the clock starts: signing takes longer than asking. */
async function signAll(plan: RushPlan, sign: TokenSigner, tokens: Map<number, string>): Promise<void> {
  for (let nth = 0; nth < plan.users; nth++) {
    tokens.set(plan.firstUserId + nth, sign(plan.firstUserId + nth))
    if (nth % 1_000 === 999) await breathe()
  }
}

/** Its output goes where ours goes; its exit code says whether it found anything. */
async function runAudit(target: Stack, couponPolicyId: number): Promise<number> {
  const cli = join(import.meta.dirname, '../cli.ts')
  const args = ['fcfs-audit', '--policy', String(couponPolicyId), ...(target.name === 'test' ? ['--test'] : [])]
  const child = spawn(process.execPath, [cli, ...args], { stdio: 'inherit' })
  const [code, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + constants.signals[by!]
}
