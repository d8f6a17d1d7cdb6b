/** A month of UTC as a number, 12 a year, so that months can be compared and counted on. */
export type Month = number

const FIRST: Month = 2020 * 12

/** `time` in epoch milliseconds; NaN for what no calendar holds. */
export function monthOf(time: number): Month {
  const date = new Date(time)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/**
 * Whether the facts of this month get a partition of their own: from 2020 to the end of next year. A time outside comes of a
 * clock that is wrong, and each one would leave a table behind; such facts lie in the default partition.
 */
export function hasPartition(month: Month, now: number): boolean {
  return month >= FIRST && month < (new Date(now).getUTCFullYear() + 2) * 12
}

/** As Postgres reads a date. */
export function firstDayOf(month: Month): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`
}
