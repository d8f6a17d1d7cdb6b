import { expect, test } from 'vitest'
import { check, type Logged, type Sent } from './history.ts'

/** A history of acknowledged records of two keys, one partition each, and the log that belongs to it. */
function written(): { history: Sent[]; log: Logged[] } {
  const history: Sent[] = []
  const log: Logged[] = []
  for (let offset = 0; offset < 5; offset++) {
    for (const partition of [0, 1]) {
      const one = { id: `e${partition}${offset}`, key: `k${partition}`, body: `b${partition}${offset}` }
      history.push({ ...one, outcome: { type: 'ok', partition, offset } })
      log.push({ ...one, partition, offset })
    }
  }
  return { history, log }
}

/** Puts the records of a partition in this order, and numbers them anew. */
const renumber = (log: Logged[]) => {
  const next = [0, 0]
  return log.map((one) => ({ ...one, offset: next[one.partition]!++ }))
}

/** The outcomes follow the log, so that nothing but what the test seeds is wrong with it. */
const acknowledge = (history: Sent[], log: Logged[]): Sent[] =>
  history.map((one) => {
    const { partition, offset } = log.find(({ id }) => id === one.id)!
    return { ...one, outcome: { type: 'ok', partition, offset } }
  })

const outcome = (history: Sent[], id: string, type: 'fail' | 'unknown') =>
  history.map((one) => (one.id === id ? { ...one, outcome: { type, code: 'CODE' } } : one))

test('a log that holds what was acknowledged, where it was, is without fault', () => {
  const { history, log } = written()
  expect(check(history, log)).toEqual({ violations: [], ok: 10, fail: 0, unknown: 0, duplicates: 0 })
})

test('an acknowledged record that is missing is lost', () => {
  const { history, log } = written()
  const { violations } = check(
    history,
    log.filter(({ id }) => id !== 'e13'),
  )
  expect(violations).toEqual([{ kind: 'lost', id: 'e13', at: '1/3' }])
})

test('a record acknowledged at the place of another is misplaced', () => {
  const { history, log } = written()
  history[2]!.outcome = { type: 'ok', partition: 0, offset: 0 }
  expect(check(history, log).violations).toEqual([{ kind: 'misplaced', id: 'e01', at: '0/0' }])
})

test('a record that was refused for good and written all the same is found', () => {
  const { history, log } = written()
  const { violations, fail } = check(outcome(history, 'e02', 'fail'), log)
  expect(violations).toEqual([{ kind: 'refused', id: 'e02', at: '0/2' }])
  expect(fail).toBe(1)
})

test('two records of a key that changed places are disordered', () => {
  const { history, log } = written()
  const swapped = renumber([...log.filter(({ id }) => id !== 'e02'), log.find(({ id }) => id === 'e02')!])
  const { violations } = check(acknowledge(history, swapped), swapped)
  expect(violations).toContainEqual({ kind: 'disordered', id: 'e03', before: 'e02' })
  expect(violations.every(({ kind }) => kind === 'disordered')).toBe(true)
})

test('a copy under its own id is a duplicate and no fault, wherever it stands after the first', () => {
  const { history, log } = written()
  const { violations, duplicates } = check(history, [...log, { ...log[0]!, offset: 5 }, { ...log[4]!, offset: 6 }])
  expect([violations, duplicates]).toEqual([[], 2])
})

test('a record acknowledged at its second copy is in order by its first', () => {
  const { history, log } = written()
  const twice = renumber([...log.slice(0, 4), log[0]!, ...log.slice(4)])
  const told = acknowledge(history, twice)
  told[0]!.outcome = { type: 'ok', partition: 0, offset: 2 }
  expect(check(told, twice)).toMatchObject({ violations: [], duplicates: 1 })
})

test('a copy under another id, other contents under a known id, and records of nobody are foreign', () => {
  const { history, log } = written()
  for (const change of [{ id: 'new' }, { body: 'other' }, { key: 'k0', body: 'b11' }]) {
    const { violations } = check(history, [...log, { ...log[0]!, offset: 5, ...change }])
    expect(violations).toEqual([{ kind: 'foreign', id: change.id ?? 'e00', at: '0/5' }])
  }
})

test('a key in two partitions is scattered', () => {
  const { history, log } = written()
  const { violations } = check(history, [...log, { ...log[0]!, partition: 1, offset: 5 }])
  expect(violations).toEqual([{ kind: 'scattered', key: 'k0' }])
})

test('an unknown outcome may be in the log, may come late, or not be there at all', () => {
  const { history, log } = written()
  const unknown = outcome(history, 'e02', 'unknown')
  expect(check(unknown, log)).toMatchObject({ violations: [], unknown: 1 })

  const late = renumber([...log.filter(({ id }) => id !== 'e02'), log.find(({ id }) => id === 'e02')!])
  expect(check(outcome(acknowledge(history, late), 'e02', 'unknown'), late).violations).toEqual([])

  const never = renumber(log.filter(({ id }) => id !== 'e02'))
  const told = acknowledge(
    history.filter(({ id }) => id !== 'e02'),
    never,
  )
  expect(check([...told, unknown[4]!], never).violations).toEqual([])
})
