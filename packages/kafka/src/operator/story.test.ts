import { expect, test } from 'vitest'
import type { Action } from './action.ts'
import { type Story, stateOf, tell, untold } from './story.ts'

interface Given {
  run?: string
  replays?: number
  number?: number
  again?: boolean
}

const common = ({ run = 'a', replays = 0 }: Given) => ({
  run,
  letter: `x.g.dlt/0/${replays}`,
  original: 'x/0/5',
  group: 'g',
  eventId: 'e',
  replays,
  by: 'somebody',
  at: '2026-01-01T00:00:00.000Z',
})
const intent = (given: Given = {}): Action => {
  const { number = 1, again = false } = given
  return { ...common(given), action: 'replay-intended', number, again, to: 'x.g.retry-1000', from: [0] }
}
const sent = (given: Given = {}): Action => {
  return { ...common(given), action: 'replayed', number: given.number ?? 1, to: 'x.g.retry-1000/0/9' }
}
const withdrawn = (given: Given = {}): Action => {
  return { ...common(given), action: 'replay-withdrawn', number: given.number ?? 1, why: 'not sent' }
}
const parked = (given: Given = {}): Action => ({ ...common(given), action: 'parked' })

const story = (...actions: Action[]): Story => actions.reduce(tell, untold)
const state = (told: Story, replays = 0) => stateOf({ replays }, told)

test('a letter of which nothing was said is open, and so is one that is only intended to be replayed', () => {
  expect(state(untold)).toBe('open')
  expect(state(story(intent()))).toBe('open')
  expect(state(story(intent(), withdrawn()))).toBe('open')
})

test('of two runs that intend the same letter the first in the log holds it', () => {
  expect(story(intent({ run: 'a' }), intent({ run: 'b' })).holder).toMatchObject({ run: 'a' })
})

test('who holds a letter lets go of it by its own end only', () => {
  const held = [intent({ run: 'a' }), intent({ run: 'b' })]
  expect(story(...held, withdrawn({ run: 'b' })).holder).toMatchObject({ run: 'a' })
  expect(story(...held, withdrawn({ run: 'a' })).holder).toBeUndefined()
  expect(story(...held, sent({ run: 'a' })).holder).toBeUndefined()
})

test('an intent that did not know of a replay before it is void, also one that would replay again', () => {
  const replayed = [intent(), sent()]
  expect(story(...replayed, intent({ run: 'b' })).holder).toBeUndefined()
  expect(story(...replayed, intent({ run: 'b', again: true, number: 1 })).holder).toBeUndefined()
  expect(story(...replayed, intent({ run: 'b', again: true, number: 2 })).holder).toMatchObject({ run: 'b' })
})

test('a parked letter is not replayed but by an intent to do so nevertheless', () => {
  expect(state(story(parked()))).toBe('parked')
  expect(story(parked(), intent()).holder).toBeUndefined()
  expect(story(parked(), intent({ again: true })).holder).toBeDefined()
  expect(state(story(parked(), intent({ again: true }), sent()))).toBe('replayed')
})

test('a replay that was first is not undone by parking', () => {
  const raced = story(intent(), parked({ run: 'b' }))
  expect(raced.holder).toMatchObject({ run: 'a' })
  expect(state(tell(raced, sent()))).toBe('replayed')
})

test('a message that failed again has a new letter, which is open', () => {
  const once = story(intent(), sent())
  expect(state(once, 0)).toBe('replayed')
  expect(state(once, 1)).toBe('open')
  const second = tell(once, intent({ replays: 1, number: 2 }))
  expect(second.holder).toMatchObject({ number: 2 })
})

test('a letter is replayed when its message was sent after it, whichever letter it was sent from', () => {
  const fromTheFirst = story(intent(), sent(), intent({ again: true, number: 2 }), sent({ number: 2 }))
  expect(state(fromTheFirst, 1)).toBe('replayed')
})

test('an end that comes twice, or late, changes nothing', () => {
  const again = [intent({ run: 'b', again: true, number: 2 }), sent(), withdrawn()]
  expect(story(intent(), sent(), ...again)).toMatchObject({ sent: 1, holder: { run: 'b' } })
})
