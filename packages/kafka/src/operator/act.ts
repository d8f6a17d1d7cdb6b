import type { Identity } from '../client.ts'
import type { KafkaConfig } from '../settings.ts'
import type { Action } from './action.ts'
import type { Command } from './arguments.ts'
import { type Desk, openDesk } from './desk.ts'
import { matches } from './filter.ts'
import type { Letter } from './letter.ts'
import { exitCodes, type Output } from './output.ts'
import { park } from './park.ts'
import { type Plan, planPark, planReplay, type Replay } from './plan.ts'
import { auditLine, planTable, reasonsOf } from './print.ts'
import { replay } from './replay.ts'
import type { Report, Run } from './run.ts'
import { settle } from './settle.ts'
import { stateOf } from './story.ts'

export interface Acting {
  config: KafkaConfig
  identity: Identity
  output: Output
  /** For tests: other than LEASE_MS, and than 500 letters at a time. */
  leaseMs?: number | undefined
  batch?: number | undefined
  /** For tests: how long runs are waited for that began and did not end, where that is not the lease of this one. */
  othersMs?: number | undefined
}

type ReplayCommand = Extract<Command, { name: 'replay' }>
type ParkCommand = Extract<Command, { name: 'park' }>

/** What is different between the two commands that do something. */
interface Task<Step> {
  verb: string
  plan(desk: Desk, letters: Letter[]): Plan<Step>
  /** For people: where it goes, if anywhere. */
  stepOf(step: Step): { letter: Letter; to?: string }
  carryOut(desk: Desk, steps: Step[], run: Run, tell: (action: Action) => void): Promise<Report>
  sendDoubtful: boolean
}

export function actReplay(command: ReplayCommand, run: Run, around: Acting): Promise<number> {
  const { again, maxReplays, limit } = command
  const { leaseMs, batch } = around
  const task: Task<Replay> = {
    verb: 'replay',
    plan: ({ storyOf, retryTopicOf }, letters) =>
      planReplay(letters, { storyOf, retryTopicOf, again, maxReplays, limit }),
    stepOf: (step) => step,
    carryOut: (desk, steps, who, tell) => replay(desk, steps, who, { again, leaseMs, batch }, tell),
    sendDoubtful: again,
  }
  return act(command, task, run, around)
}

export function actPark(command: ParkCommand, run: Run, around: Acting): Promise<number> {
  const task: Task<Letter> = {
    verb: 'park',
    plan: ({ storyOf }, letters) => planPark(letters, { storyOf, limit: command.limit }),
    stepOf: (letter) => ({ letter }),
    carryOut: park,
    sendDoubtful: false,
  }
  return act(command, task, run, around)
}

/** Letters by their names at once, letters by a filter when told `--yes`; until then it says what would happen. */
async function act<Step>(
  command: ReplayCommand | ParkCommand,
  task: Task<Step>,
  run: Run,
  { config, identity, output, leaseMs, othersMs = leaseMs }: Acting,
): Promise<number> {
  const { filter, places, json } = command
  const desk = await openDesk(config, identity, { places, wanted: (letter) => matches(letter, filter, config.prefix) })
  try {
    const letters = desk.letters
      .map(({ letter }) => letter)
      .filter((letter) => filter.state === undefined || stateOf(letter, desk.storyOf(letter)) === filter.state)
    let plan = task.plan(desk, letters)
    if (places === undefined && !command.yes) {
      output.say(json ? planJson(task, plan) : planText(task, plan, output.width))
      return exitCodes.done
    }
    if (plan.inHand.length > 0) {
      output.warn(`${count(plan.inHand)} in another run's hands, or left by one; waiting for its end.`)
      const { sendDoubtful } = task
      const doubtful = new Set(await settle(desk, plan.inHand, { ...run, leaseMs: othersMs, sendDoubtful }))
      plan = task.plan(desk, letters)
      for (const { letter } of plan.inHand) plan.skipped.push({ letter, why: doubtful.has(letter) ? DOUBTFUL : TAKEN })
    }
    const report = await task.carryOut(desk, plan.steps, run, (action) => json || output.say(auditLine(action)))
    report.skipped.push(...plan.skipped)
    if (json) output.say(JSON.stringify(reportJson(report), null, 2))
    else output.warn(reportText(task.verb, report))
    if (report.failed.length > 0) return exitCodes.failed
    return places !== undefined && report.done.length === 0 ? exitCodes.nothing : exitCodes.done
  } finally {
    await desk.close()
  }
}

const TAKEN = 'in the hands of another run'
const DOUBTFUL =
  'a replay was begun and never ended, and the retry topic no longer tells whether it was sent (--again sends it)'

const count = (letters: unknown[]) => (letters.length === 1 ? '1 letter' : `${letters.length} letters`)

function planText<Step>({ verb, stepOf }: Task<Step>, { steps, skipped, inHand }: Plan<Step>, width?: number): string {
  const held = inHand.map(({ letter }) => ({ letter, why: 'begun by another run: would be settled first' }))
  return [
    `Would ${verb} ${count(steps)}${steps.length > 0 ? ':' : '.'}`,
    ...(steps.length > 0 ? [planTable(steps.map(stepOf), width)] : []),
    ...reasonsOf('Would skip', [...skipped, ...held]),
    ...(steps.length + inHand.length > 0 ? ['Nothing was done. Add --yes to do it.'] : []),
  ].join('\n')
}

function planJson<Step>({ verb, stepOf }: Task<Step>, { steps, skipped, inHand }: Plan<Step>): string {
  const wouldDo = steps.map(stepOf).map(({ letter, ...rest }) => ({ letter: letter.place, ...rest }))
  const held = inHand.map(({ letter, holder }) => ({ letter: letter.place, by: holder.by, since: holder.at }))
  return JSON.stringify({ dryRun: true, action: verb, wouldDo, skipped: named(skipped), inHand: held }, null, 2)
}

const reportJson = ({ done, skipped, failed }: Report) => ({ done, skipped: named(skipped), failed: named(failed) })
const named = (some: Report['skipped']) => some.map(({ letter, why }) => ({ letter: letter.place, why }))

function reportText(verb: string, { done, skipped, failed }: Report): string {
  const summary = `${verb === 'park' ? 'Parked' : 'Replayed'} ${count(done)}.`
  return [summary, ...reasonsOf('Skipped', skipped), ...reasonsOf('Failed', failed)].join('\n')
}
