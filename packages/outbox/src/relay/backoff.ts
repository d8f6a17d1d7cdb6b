/** Delays in milliseconds that double from `firstMs` to `maxMs`, each shortened at random by up to half so that replicas spread out. */
export function doubling(firstMs: number, maxMs: number): { next(): number; reset(): void } {
  let delay = firstMs
  return {
    next() {
      const current = delay
      delay = Math.min(delay * 2, maxMs)
      return current * (0.5 + Math.random() / 2)
    },
    reset() {
      delay = firstMs
    },
  }
}
