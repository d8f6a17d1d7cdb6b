/** How much of everything a run measures. */
export interface Size {
  rounds: number
  /** Records of a throughput round. */
  flood: number
  /** The same for a contestant that awaits each of them. */
  awaited: number
  /** Records of a latency round, one at a time. */
  singles: number
  /** Records of a latency round at a fixed rate. */
  paced: number
  /** Records of the log that is consumed in batches, and of its first part, which is consumed message by message. */
  consumed: number
  consumedSingly: number
}

export const full: Size = {
  rounds: 5,
  flood: 100_000,
  awaited: 1500,
  singles: 500,
  paced: 2000,
  consumed: 300_000,
  consumedSingly: 30_000,
}

/** Shows that everything works; its figures mean nothing. */
export const quick: Size = {
  rounds: 1,
  flood: 1200,
  awaited: 50,
  singles: 30,
  paced: 100,
  consumed: 600,
  consumedSingly: 300,
}
