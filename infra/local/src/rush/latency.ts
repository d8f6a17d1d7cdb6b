/** Milliseconds. */
export interface Latency {
  count: number
  p50: number
  p95: number
  p99: number
  max: number
}

/** NaN throughout where nothing was measured. */
export function latencyOf(samples: number[]): Latency {
  const sorted = Float64Array.from(samples).sort()
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN }
}
