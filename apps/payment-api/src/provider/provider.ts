/** What a provider is asked about. The id makes every call repeatable: one payment is taken, and given back, once. */
export interface Charge {
  paymentId: string
  /** Minor units of the currency. */
  amount: number
  method: string
}

export type ChargeAnswer = 'TAKEN' | 'DECLINED'

/** Whoever moves the money. A rejected promise means that the outcome is not known: the call may have arrived. */
export interface Provider {
  methods: ReadonlySet<string>
  /** Takes the money; answers TAKEN again, and takes nothing, where it was taken under this id before. */
  charge(charge: Charge, signal: AbortSignal): Promise<ChargeAnswer>
  /** What became of a charge; ABSENT where it has not arrived, or not yet. */
  find(charge: Charge, signal: AbortSignal): Promise<ChargeAnswer | 'ABSENT'>
  /** Gives the money back, once. */
  refund(charge: Charge, signal: AbortSignal): Promise<void>
}
