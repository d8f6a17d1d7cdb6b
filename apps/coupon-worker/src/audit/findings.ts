/** What can be wrong, and how a heading says it. */
export const kinds = {
  'over-stock': 'More coupons and holds than stock',
  'twice-per-user': 'A user has more than one coupon of a policy',
  counter: 'A counter of a policy does not say what its rows say',
  history: 'The history of a policy does not end at its present state',
  'rank-order': 'Ranks do not follow the order of the log',
  'passed-over': 'An eligible request was passed over',
  'not-due': 'A coupon was issued to a request that was not to get one',
  'not-asked': 'A coupon has no request in the log',
  'wrong-coupon': 'A coupon is not that of its request: other rank, user or place',
  'wrong-hold': 'A hold is not the one that its request was to have',
  'wrong-refusal': 'A request was refused for another reason than the log gives',
  'no-outcome': 'A request below the progress has no outcome in the ledger',
  'two-outcomes': 'A request has several outcomes in the ledger',
  'other-request': 'The ledger decided something at a place that the log does not hold',
  'not-told': 'An outcome was not published',
  'told-twice': 'A request was told two outcomes',
  'told-otherwise': 'What was published is not what the ledger holds',
  'told-unasked': 'An outcome was published that no request has',
} as const

export type Kind = keyof typeof kinds

export interface Violation {
  policy: number | null
  /** What is wrong, with everything needed to look it up. */
  words: string
}

export interface Findings {
  add(kind: Kind, policy: number | null, words: string): void
  /** By kind: how many there are, and the first of them. */
  all(): { kind: Kind; total: number; examples: Violation[] }[]
  total(): number
  ofPolicy(policy: number): number
}

/** Keeps so many examples of each kind and counts the rest: one broken rule may break it a million times. */
export function createFindings(keep = 20): Findings {
  const found = new Map<Kind, { kind: Kind; total: number; examples: Violation[] }>()
  const byPolicy = new Map<number, number>()
  let total = 0
  return {
    add(kind, policy, words) {
      const one = found.get(kind) ?? { kind, total: 0, examples: [] }
      found.set(kind, one)
      one.total += 1
      total += 1
      if (policy !== null) byPolicy.set(policy, (byPolicy.get(policy) ?? 0) + 1)
      if (one.examples.length < keep) one.examples.push({ policy, words })
    },
    all: () => [...found.values()],
    total: () => total,
    ofPolicy: (policy) => byPolicy.get(policy) ?? 0,
  }
}
