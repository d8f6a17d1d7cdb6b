import { type Audience, explain } from '../evolution/explain.ts'
import type { Refusal } from '../evolution/judge.ts'

/** Each refused change with the version it would break with, whom it breaks, and the way around it. */
export function refusalLines(refusals: readonly Refusal[], audience: Audience): string[] {
  return refusals.flatMap(({ against, change }) => {
    const [what, ...rest] = explain(change, audience)
    return [`✗ ${what} (against ${against})`, ...rest.map((line) => `    ${line}`)]
  })
}

export const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n')
