/** What one contestant's round came to, by the name of the figure: `{ perSecond: 51234 }`. */
export type Figures = Record<string, number>

export function median(values: number[]): number {
  return percentile(values, 50)
}

/** By the nearest rank: always one of the values. */
export function percentile(values: number[], percent: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}
