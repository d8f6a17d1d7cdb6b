import { expect, test } from 'vitest'
import { type History, violations } from './history.ts'

const effect = (id: string) => ({ id, member: 'one' })

/** Two partitions, `c` is poison; nothing is wrong with it. */
const good: History = {
  sent: [
    { id: 'a', partition: 0, offset: 0 },
    { id: 'b', partition: 1, offset: 0 },
    { id: 'c', partition: 0, offset: 1 },
    { id: 'd', partition: 0, offset: 2 },
  ],
  effects: ['b', 'a', 'd'].map(effect),
  letters: [{ id: 'c', original: 't.coupon-issue/0/1' }],
  poison: new Set(['c']),
}

test('a history that keeps the promises has no violations; neither has one with the same dead letter twice', () => {
  expect(violations(good)).toEqual([])
  expect(violations({ ...good, letters: [...good.letters, ...good.letters] })).toEqual([])
})

test('an effect that waited for a retry may come after those that follow it', () => {
  const waited = { ...good, effects: ['b', 'd', 'a'].map(effect) }
  expect(violations(waited)).toEqual([{ kind: 'out of order', id: 'a' }])
  expect(violations({ ...waited, late: new Set(['a']) })).toEqual([])
})

test.for<[string, Partial<History>, string]>([
  ['lost', { effects: ['b', 'a'].map(effect) }, 'd'],
  ['doubled', { effects: ['b', 'a', 'a', 'd'].map(effect) }, 'a'],
  // The second time is no matter of order: the first was in its place.
  ['doubled', { effects: ['b', 'a', 'd', 'a'].map(effect) }, 'a'],
  ['out of order', { effects: ['d', 'b', 'a'].map(effect) }, 'a'],
  ['never sent', { effects: ['b', 'a', 'd', 'x'].map(effect) }, 'x'],
  ['never sent', { letters: [...good.letters, { id: 'x', original: 't.coupon-issue/0/9' }] }, 'x'],
  ['effect of a poison message', { effects: ['b', 'a', 'c', 'd'].map(effect) }, 'c'],
  ['no dead letter', { letters: [] }, 'c'],
  ['dead letter of a good message', { letters: [...good.letters, { id: 'a', original: 't.coupon-issue/0/0' }] }, 'a'],
  ['dead letter of another place', { letters: [...good.letters, { id: 'c', original: 't.coupon-issue/0/3' }] }, 'c'],
])('%s is found, and nothing else', ([kind, wrong, id]) => {
  expect(violations({ ...good, ...wrong })).toEqual([{ kind, id }])
})
