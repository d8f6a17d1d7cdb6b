import type { Intent } from './action.ts'
import type { Letter } from './letter.ts'
import { messageOf, type Story, stateOf } from './story.ts'

export interface Skipped {
  letter: Letter
  why: string
}

export interface Plan<Step> {
  steps: Step[]
  skipped: Skipped[]
  /** Another run has begun to replay these and not said how it ended: they have to be settled first. */
  inHand: { letter: Letter; holder: Intent }[]
}

export interface Replay {
  letter: Letter
  /** Which replay of its message it will be. */
  number: number
  /** The retry topic. */
  to: string
}

export interface ReplayRules {
  storyOf(letter: Letter): Story
  retryTopicOf(letter: Letter): string | undefined
  /** Also what was replayed or parked already. */
  again: boolean
  /** Most replays of one message. */
  maxReplays: number
  /** Most letters in this plan. */
  limit?: number | undefined
}

/** What a replay of these letters comes to: at most one letter of each message, the newest; in the order of the letters. */
export function planReplay(letters: Letter[], rules: ReplayRules): Plan<Replay> {
  const { storyOf, again, maxReplays, limit = Number.POSITIVE_INFINITY } = rules
  const plan: Plan<Replay> = { steps: [], skipped: [], inHand: [] }
  const chosen = newestOfEach(letters)
  for (const letter of letters) {
    const skip = (why: string) => void plan.skipped.push({ letter, why })
    const story = storyOf(letter)
    const state = stateOf(letter, story)
    const number = Math.max(story.sent, letter.replays) + 1
    const to = rules.retryTopicOf(letter)
    if (story.holder) plan.inHand.push({ letter, holder: story.holder })
    else if (state !== 'open' && !again) skip(`${state} already`)
    else if (chosen.get(messageOf(letter)) !== letter) skip('another letter of the same message is replayed')
    else if (letter.valueOmitted) skip(`holds no value (${letter.valueOmitted})`)
    else if (!letter.origin) skip('does not say where its message was first read')
    else if (number > maxReplays) skip(`had ${number - 1} replays already; the limit is ${maxReplays} (--max-replays)`)
    else if (!to) skip('its group has no retry topic; run the topics job')
    else if (plan.steps.length >= limit) skip('beyond --limit')
    else plan.steps.push({ letter, number, to })
  }
  return plan
}

/** Letters to mark as decided. What was replayed is decided already. */
export function planPark(letters: Letter[], rules: Pick<ReplayRules, 'storyOf' | 'limit'>): Plan<Letter> {
  const { storyOf, limit = Number.POSITIVE_INFINITY } = rules
  const plan: Plan<Letter> = { steps: [], skipped: [], inHand: [] }
  for (const letter of letters) {
    const story = storyOf(letter)
    const state = stateOf(letter, story)
    if (story.holder) plan.inHand.push({ letter, holder: story.holder })
    else if (state !== 'open') plan.skipped.push({ letter, why: `${state} already` })
    else if (plan.steps.length >= limit) plan.skipped.push({ letter, why: 'beyond --limit' })
    else plan.steps.push(letter)
  }
  return plan
}

/** Of the same age the first in the log: a crash between writing a letter and committing writes it twice. */
function newestOfEach(letters: Letter[]): Map<string, Letter> {
  const newest = new Map<string, Letter>()
  for (const letter of letters) {
    const message = messageOf(letter)
    if (letter.replays > (newest.get(message)?.replays ?? -1)) newest.set(message, letter)
  }
  return newest
}
