import { type Change, isRefused } from './change.ts'
import { type Audience, explain } from './explain.ts'
import type { Refusal } from './judge.ts'

/** Each refused change with the version it would break with, whom it breaks, and the way around it. */
export function refusalLines(refusals: readonly Refusal[], audience: Audience): string[] {
  return refusals.flatMap(({ against, change }) => {
    const [what, ...rest] = explain(change, audience)
    return [`✗ ${what} (against ${against})`, ...indented(rest)]
  })
}

/** Every change, the allowed ones with what to know about them. */
export function changeLines(changes: readonly Change[], audience: Audience): string[] {
  return changes.flatMap((change) => {
    const [what, ...rest] = explain(change, audience)
    return [`${isRefused(change) ? '✗' : '✓'} ${what}`, ...indented(rest)]
  })
}

export const indented = (lines: readonly string[], by = 4): string[] => lines.map((line) => `${' '.repeat(by)}${line}`)
