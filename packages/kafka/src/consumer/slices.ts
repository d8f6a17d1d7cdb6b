/**
 * How many messages to hand over next. A batch that fails does not say by which message: halves are tried until the
 * offender stands alone. After it the slices start at one and double, so that a run of offenders costs one call each.
 */
export interface Slices {
  size(): number
  /** `count` messages went well, and the next one is at `at`. */
  succeeded(count: number, at: number): void
  /** The `count` messages from `at` on failed as a whole. */
  failed(count: number, at: number): void
  /** The offender was found, alone. */
  found(): void
  /** An offender is looked for. */
  searching(): boolean
}

export function createSlices(most: number): Slices {
  let size = most
  /** The offender is before this index, where one is looked for. */
  let end: number | undefined
  return {
    size: () => size,
    succeeded(count, at) {
      if (end === undefined) size = Math.min(most, Math.max(size, count * 2))
      else if (at < end) size = Math.max(1, (end - at) >> 1)
      else {
        end = undefined
        size = most
      }
    },
    failed(count, at) {
      end = at + count
      size = Math.max(1, count >> 1)
    },
    found() {
      end = undefined
      size = 1
    },
    searching: () => end !== undefined,
  }
}
