import { expect, test } from 'vitest'
import type { Intent } from './action.ts'
import type { Letter } from './letter.ts'
import { planPark, planReplay, type ReplayRules } from './plan.ts'
import { type Story, untold } from './story.ts'

const letter = (offset: number, given: Partial<Letter> = {}): Letter => ({
  place: `x.g.dlt/0/${offset}`,
  dltTopic: 'x.g.dlt',
  partition: 0,
  offset,
  topic: 'x',
  group: 'g',
  origin: { topic: 'x', partition: 0, offset: `${offset}`, timestamp: '1', attempts: 3, replays: given.replays ?? 0 },
  original: `x/0/${offset}`,
  eventId: `e${offset}`,
  code: 'HANDLER_FAILED',
  reason: '',
  stack: undefined,
  attempts: 3,
  replays: 0,
  time: 0,
  valueOmitted: undefined,
  ...given,
})

const plan = (letters: Letter[], given: Partial<ReplayRules> = {}) =>
  planReplay(letters, {
    storyOf: () => untold,
    retryTopicOf: () => 'x.g.retry-1000',
    again: false,
    maxReplays: 3,
    ...given,
  })
const numbers = (letters: Letter[], given?: Partial<ReplayRules>) =>
  plan(letters, given).steps.map((step) => [step.letter.offset, step.number])
const reasons = (letters: Letter[], given?: Partial<ReplayRules>) => plan(letters, given).skipped.map(({ why }) => why)
const told = (given: Partial<Story>) => () => ({ ...untold, ...given })

test('open letters go to their retry topic, in their order', () => {
  expect(plan([letter(1), letter(2)]).steps).toMatchObject([
    { letter: { offset: 1 }, number: 1, to: 'x.g.retry-1000' },
    { letter: { offset: 2 }, number: 1 },
  ])
})

test('of the letters of one message one is replayed: the newest, of two alike the first', () => {
  const twice = [letter(1, { original: 'x/0/9' }), letter(2, { original: 'x/0/9' })]
  expect(numbers(twice)).toEqual([[1, 1]])
  expect(reasons(twice)).toEqual(['another letter of the same message is replayed'])
  expect(numbers([letter(1, { original: 'x/0/9' }), letter(2, { original: 'x/0/9', replays: 1 })])).toEqual([[2, 2]])
})

test('the same message of another group is another one', () => {
  expect(numbers([letter(1), letter(2, { original: 'x/0/1', group: 'h' })])).toHaveLength(2)
})

test('what was replayed or parked is left alone, unless again', () => {
  expect(reasons([letter(1)], { storyOf: told({ sent: 1 }) })).toEqual(['replayed already'])
  expect(reasons([letter(1)], { storyOf: told({ parked: 0 }) })).toEqual(['parked already'])
  expect(numbers([letter(1)], { storyOf: told({ sent: 1 }), again: true })).toEqual([[1, 2]])
  expect(numbers([letter(1)], { storyOf: told({ parked: 0 }), again: true })).toEqual([[1, 1]])
})

test('a message is replayed as often as the limit says, and no more: not by again either', () => {
  expect(numbers([letter(1, { replays: 2 })])).toEqual([[1, 3]])
  expect(reasons([letter(1, { replays: 3 })])).toEqual([expect.stringContaining('had 3 replays')])
  expect(reasons([letter(1)], { storyOf: told({ sent: 3 }), again: true })).toHaveLength(1)
  expect(numbers([letter(1, { replays: 3 })], { maxReplays: 4 })).toEqual([[1, 4]])
})

test('a letter that can not come back says why', () => {
  expect(reasons([letter(1, { origin: undefined })])).toEqual([expect.stringContaining('first read')])
  expect(reasons([letter(1, { valueOmitted: '9 bytes' })])).toEqual([expect.stringContaining('9 bytes')])
  expect(reasons([letter(1)], { retryTopicOf: () => undefined })).toEqual([expect.stringContaining('no retry topic')])
})

test('the limit counts what is done, not what is skipped', () => {
  const storyOf = ({ offset }: Letter) => (offset === 1 ? { ...untold, sent: 1 } : untold)
  const letters = [1, 2, 3, 4].map((offset) => letter(offset))
  expect(numbers(letters, { storyOf, limit: 2 })).toEqual([
    [2, 1],
    [3, 1],
  ])
  expect(planPark(letters, { storyOf, limit: 2 }).steps.map(({ offset }) => offset)).toEqual([2, 3])
})

test('what another run has in hand is neither replayed nor parked before that has ended', () => {
  const storyOf = told({ holder: { run: 'other' } as Intent })
  for (const planned of [plan([letter(1)], { storyOf }), planPark([letter(1)], { storyOf })]) {
    expect(planned).toMatchObject({ steps: [], skipped: [], inHand: [{ holder: { run: 'other' } }] })
  }
})
