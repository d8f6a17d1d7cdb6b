import type { Letter } from './letter.ts'
import type { State } from './story.ts'

export interface Filter {
  /** With or without prefix, as the group is. */
  topic?: string | undefined
  group?: string | undefined
  /** A code, or part of a reason. */
  reason?: string | undefined
  /** When the message was given up, epoch milliseconds; `until` is not included. */
  since?: number | undefined
  until?: number | undefined
  state?: State | undefined
}

/** Whether a letter is meant, its state aside. */
export function matches(letter: Letter, { topic, group, reason, since, until }: Filter, prefix: string): boolean {
  const named = (full: string, name: string | undefined) =>
    name === undefined || full === name || full === `${prefix}${name}`
  return (
    named(letter.topic, topic) &&
    named(letter.group, group) &&
    (reason === undefined || letter.code === reason || letter.reason.toLowerCase().includes(reason.toLowerCase())) &&
    (since === undefined || letter.time >= since) &&
    (until === undefined || letter.time < until)
  )
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A day (UTC), an ISO time (without a zone: this machine's), or how long before `now`: `45s`, `90m`, `2h`, `3d`. Undefined for anything else. */
export function parseTime(text: string, now: number): number | undefined {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
  if (amount !== undefined) return now - Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
