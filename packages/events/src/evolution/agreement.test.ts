import { expect, it } from 'vitest'
import { randomPair } from '../../test/random-schemas.ts'
import { isRefused } from './change.ts'
import { compareSchemas } from './compare.ts'
import { resolution } from './readable.ts'

const PAIRS = 500

it(`says of ${PAIRS} pairs of schemas what the decoder does, in both directions`, () => {
  const met = { both: 0, neither: 0, newReadsOld: 0, oldReadsNew: 0 }
  for (let seed = 1; seed <= PAIRS; seed += 1) {
    const [before, after] = randomPair(seed)
    const changes = compareSchemas(before, after)
    const truth = resolution(before, after)
    const said = {
      newReadsOld: !changes.some((one) => one.breaksRecords),
      oldReadsNew: !changes.some((one) => one.breaksReaders),
    }
    const pair = { seed, before, after }
    expect({ ...pair, ...said }).toEqual({ ...pair, ...truth })
    // What only the decoder noticed has no words of ours.
    expect(changes.map(({ kind }) => kind)).not.toContain('unreadable')
    const some = truth.newReadsOld ? 'newReadsOld' : 'oldReadsNew'
    met[truth.newReadsOld === truth.oldReadsNew ? (truth.newReadsOld ? 'both' : 'neither') : some] += 1
  }
  // The pairs are worth asking: each answer is given often.
  for (const times of Object.values(met)) expect(times).toBeGreaterThan(PAIRS / 20)
})

it('finds nothing to refuse between a schema and itself', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const [before] = randomPair(seed)
    expect(compareSchemas(before, structuredClone(before))).toEqual([])
    const described = { ...before, doc: 'Said better.' }
    expect(compareSchemas(before, described).filter(isRefused)).toEqual([])
  }
})
