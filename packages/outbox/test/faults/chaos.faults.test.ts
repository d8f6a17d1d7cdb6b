import { describe, expect, test } from 'vitest'
import type { Step } from './plan.ts'
import { long, scene } from './scene.ts'

const LIVES = long ? 15 : 3
const PER_LIFE = 30

/** Always the same numbers for the same seed: between 0 and 1, by a linear congruential generator. */
function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('life after life', () => {
  const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000)

  test(`each ends somewhere else, and after the last one all is as it should be (FAULTS_SEED=${seed})`, async (context) => {
    const random = numbers(seed)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
    const stage = await scene(context, { partitions: 2 })
    const fails: Record<number, 'error' | 'row'> = {}
    const recovers: Record<number, number> = {}

    for (let life = 0; life < LIVES; life++) {
      const first = life * PER_LIFE
      const anyOf = () => first + Math.floor(random() * PER_LIFE)
      fails[anyOf()] = pick(['error', 'row'])
      const ripens = anyOf()
      if (!(ripens in fails)) recovers[ripens] = pick([1, 2])
      const topic = pick(['main', 'firstRetry', 'secondRetry', 'deadLetters'] as const)
      const end: Step = pick([
        {
          at: pick(['before-handler', 'in-transaction', 'before-database-commit', 'after-database-commit']),
          n: anyOf(),
        },
        stage.step(pick(['request', 'answer']), 'OffsetCommit', topic),
        stage.step(pick(['request', 'answer']), 'Produce', topic === 'main' ? 'firstRetry' : topic),
      ])
      await stage.send(PER_LIFE)
      const member = await stage.member(`life ${life}`, { fails, recovers, dies: [end] })
      // Where its end never comes to pass it has done everything.
      await Promise.race([member.ended, stage.settled().catch(() => {})])
      await member.stop(pick(['SIGTERM', 'SIGKILL']))
    }

    await stage.member('the last', { fails, recovers })
    await stage.settled()
    const special = { poison: Object.keys(fails).map(Number), late: Object.keys(recovers).map(Number) }
    expect(await stage.violations(special)).toEqual([])
  })
})
