import { type Figures, median } from './figures.ts'

export interface Contestant {
  name: string
  /** One measurement. Rejects when it is void: a benchmark that loses records measured nothing. */
  round(): Promise<Figures>
  close?(): Promise<void>
}

export interface Row {
  name: string
  /** Of each figure over the rounds. */
  median: Figures
  rounds: Figures[]
}

export interface Contest {
  title: string
  /** The contestant that the others are compared with. */
  baseline: string
  rows: Row[]
}

/**
 * Measures the contestants in turns, round by round: what disturbs the machine disturbs all of them alike. Each round begins
 * with another one, so that none always comes after the same. The first round warms up and is not counted, unless there is
 * only one, or each round warms up by itself.
 */
export async function compete(
  title: string,
  baseline: string,
  { rounds, warmUp = rounds > 1 }: { rounds: number; warmUp?: boolean },
  contestants: Contestant[],
): Promise<Contest> {
  const measured = contestants.map(({ name }) => ({ name, rounds: [] as Figures[] }))
  try {
    for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const index = (turn + round) % contestants.length
        global.gc?.()
        const figures = await contestants[index]!.round()
        if (round > 0) measured[index]!.rounds.push(figures)
      }
    }
  } finally {
    for (const { close } of contestants) await close?.()
  }
  return { title, baseline, rows: measured.map((row) => ({ ...row, median: medians(row.rounds) })) }
}

/** Of each figure over the rounds. */
export function medians(rounds: Figures[]): Figures {
  const names = Object.keys(rounds[0]!)
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((figures) => figures[name]!))]))
}
