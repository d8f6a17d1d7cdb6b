import type { Action } from './action.ts'
import type { Letter } from './letter.ts'
import type { Skipped } from './plan.ts'

/** One call of the tool, as it stands in what it writes down. */
export interface Run {
  /** Its id. */
  run: string
  /** Who acts. */
  by: string
  /** Why. */
  note?: string | undefined
}

/** What became of the letters of a call. */
export interface Report {
  done: Action[]
  skipped: Skipped[]
  failed: Skipped[]
}

/** What every action about a letter says. */
export function about(letter: Letter, { run, by, note }: Run) {
  const { place, original, group, eventId, replays } = letter
  const at = new Date().toISOString()
  return { run, letter: place, original, group, eventId, replays, by, at, ...(note !== undefined && { note }) }
}

/** In slices of at most `count` and, by `sizeOf`, about `bytes`. */
export function* slices<T>(items: T[], count: number, bytes: number, sizeOf: (item: T) => number): Generator<T[]> {
  let slice: T[] = []
  let size = 0
  for (const item of items) {
    if (slice.length > 0 && (slice.length >= count || size + sizeOf(item) > bytes)) {
      yield slice
      slice = []
      size = 0
    }
    slice.push(item)
    size += sizeOf(item)
  }
  if (slice.length > 0) yield slice
}
