/** How many there are of what; in flight: what is on its way to the next book. */
export const noTally = () => ({
  placed: 0,
  payable: 0,
  payableInFlight: 0,
  /** Orders that wait for their payment. */
  pending: 0,
  rejected: 0,
  /** Payments for which money was taken, whether or not it was given back. */
  paid: 0,
  confirmed: 0,
  refunded: 0,
  paidInFlight: 0,
  /** Payments of which nobody knows yet whether money is taken. */
  undecided: 0,
  stored: 0,
  storedInFlight: 0,
  counted: 0,
  countedInFlight: 0,
  /** Confirmed so long ago that nobody remembers whether they were counted. */
  countForgotten: 0,
})

export type Tally = ReturnType<typeof noTally>

export function addTally(sum: Tally, one: Tally): void {
  for (const name of Object.keys(sum) as (keyof Tally)[]) sum[name] += one[name]
}
