import type { Action, Intent } from './action.ts'
import type { Letter } from './letter.ts'

/** What operators have done about one message of one group, whatever number of letters there is of it. */
export interface Story {
  /** The highest number of a replay that was sent; 0 before the first. */
  sent: number
  /** Letters with so many replays or fewer are parked; -1: none is. */
  parked: number
  /** The replay that may be under way; until it has an end, nobody else begins one. */
  holder: Intent | undefined
  actions: Action[]
}

export const untold: Story = { sent: 0, parked: -1, holder: undefined, actions: [] }

/**
 * The story after one more action, in the order of the log. Several operators may intend the same at once: the first intent
 * in the log holds, every other is void. An intent that knew less than the log did by then is void as well.
 */
export function tell(story: Story, action: Action): Story {
  const told = { ...story, actions: [...story.actions, action] }
  switch (action.action) {
    case 'replay-intended': {
      const known = action.number > story.sent && (action.again || action.replays > story.parked)
      return story.holder || !known ? told : { ...told, holder: action }
    }
    case 'replayed':
      return { ...release(told, action), sent: Math.max(story.sent, action.number) }
    case 'replay-withdrawn':
      return release(told, action)
    case 'parked':
      return { ...told, parked: Math.max(story.parked, action.replays) }
  }
}

function release(story: Story, end: Pick<Intent, 'run' | 'letter' | 'number'>): Story {
  return story.holder && isSame(story.holder, end) ? { ...story, holder: undefined } : story
}

export const isSame = (a: Pick<Intent, 'run' | 'letter' | 'number'>, b: Pick<Intent, 'run' | 'letter' | 'number'>) =>
  a.run === b.run && a.letter === b.letter && a.number === b.number

export const states = ['open', 'replayed', 'parked'] as const
export type State = (typeof states)[number]

/** A letter is replayed once its message was sent again after it: a later failure has a letter of its own. */
export function stateOf({ replays }: Pick<Letter, 'replays'>, { sent, parked }: Story): State {
  if (sent > replays) return 'replayed'
  return parked >= replays ? 'parked' : 'open'
}

/** Names the message that a letter or an action is about: a letter may be in the log twice, its message is one. */
export const messageOf = ({ group, original }: Pick<Letter, 'group' | 'original'>): string => `${group} ${original}`
