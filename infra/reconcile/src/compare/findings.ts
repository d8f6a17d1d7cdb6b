import { type Difference, type Kind, kinds } from './kinds.ts'

export interface Finding {
  kind: Kind
  total: number
  examples: string[]
}

export interface Findings {
  add(difference: Difference): void
  /** So many more, without words. */
  more(kind: Kind, count: number): void
  /** By kind, in the order of the kinds: how many there are, and the first of them. */
  all(): Finding[]
  total(): number
  /** How many there are of a kind. */
  of(kind: Kind): number
}

/** Keeps so many examples of each kind and counts the rest: one lost topic differs a million times. */
export function createFindings(keep: number): Findings {
  const found = new Map<Kind, Finding>()
  let total = 0
  const count = (kind: Kind, more: number): Finding => {
    const one = found.get(kind) ?? { kind, total: 0, examples: [] }
    found.set(kind, one)
    one.total += more
    total += more
    return one
  }
  return {
    add({ kind, words }) {
      const { examples } = count(kind, 1)
      if (examples.length < keep) examples.push(words)
    },
    more(kind, more) {
      if (more > 0) count(kind, more)
    },
    all: () => (Object.keys(kinds) as Kind[]).flatMap((kind) => found.get(kind) ?? []),
    total: () => total,
    of: (kind) => found.get(kind)?.total ?? 0,
  }
}
