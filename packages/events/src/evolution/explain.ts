import { houseReason, instead, remark } from './advice.ts'
import { type Change, isRefused } from './change.ts'
import { list } from './phrases.ts'
import { readersNeed, recordsLack, whatChanges } from './words.ts'

/** Whom a contract concerns, as the catalogue says. */
export interface Audience {
  consumers: readonly string[]
}

/** A change in words: what it is, whom it breaks and why, and what to do instead; or what to know about it. */
export function explain(change: Change, { consumers }: Audience): string[] {
  const readers = consumers.length > 0 ? list(consumers) : 'consumers'
  if (!isRefused(change)) {
    const known = remark(change, readers)
    return [whatChanges(change), ...(known ? [known] : [])]
  }
  const breaks: string[] = []
  if (change.breaksReaders) {
    const whom = consumers.length > 0 ? `its consumers ${readers}` : 'its consumers'
    breaks.push(`breaks ${whom} as they run today: they ${readersNeed(change)}`)
  }
  if (change.breaksRecords) {
    const whom = consumers.length > 0 ? `the new code of ${readers}` : 'the new code of its consumers'
    breaks.push(
      `breaks ${whom} on what is there already (the log, retried messages, dead letters, a replay): ${recordsLack(change)}`,
    )
  }
  if (breaks.length === 0)
    breaks.push(`Avro's rules let it through, this house does not: ${houseReason(change, readers)}`)
  return [whatChanges(change), ...breaks, `instead: ${instead(change)}`]
}
