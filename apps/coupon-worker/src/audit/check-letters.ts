import type { Findings } from './findings.ts'
import type { Batch } from './ledger.ts'
import { GIVEN_UP, isDecision, RETRIED, wordOf } from './letters.ts'
import { nameOf, type PartitionLog, type RequestLog, rowAt } from './log.ts'

const NONE = '.'.charCodeAt(0)
const MARK_BYTES = 4

/**
 * Puts what the ledger noted beside the requests, and checks the notes themselves: they are about the requests that the log
 * holds at their places, and every copy of a request has the same one.
 */
export function noteLetters(log: RequestLog, batches: Batch[], findings: Findings, onlyPolicy?: number): void {
  for (const part of log.partitions) {
    const mine = batches.filter(({ partition }) => partition === part.partition)
    const from = mine[0]?.first ?? part.next
    part.forgotten = rowAt(part, from)
    for (const batch of mine) noteBatch(log, part, batch, findings, onlyPolicy)
    for (let row = 0; row < part.offset.length; row += 1) noteRequest(log, part, row, findings)
  }
}

function noteBatch(
  log: RequestLog,
  part: PartitionLog,
  { first, letters, marks, decidedAt }: Batch,
  findings: Findings,
  onlyPolicy?: number,
): void {
  const own = letters.length === 1
  const begin = Math.max(first, part.low)
  let row = rowAt(part, begin)
  for (let offset = begin; offset < first + letters.length; offset += 1) {
    const letter = letters.charCodeAt(offset - first)
    const there = row < part.offset.length && part.offset.at(row) === offset
    const at = row
    if (there) row += 1
    if (letter === NONE) continue
    const place = `${part.partition}/${offset}`
    if (!there) {
      // Of other policies the log was not kept.
      if (onlyPolicy === undefined)
        findings.add('other-request', null, `${place}: ${wordOf(letter)}, but there is no request`)
      continue
    }
    const request = part.request.at(at)
    const mark = marks.readUInt32BE((offset - first) * MARK_BYTES)
    if (mark !== log.requests.tailOf(request)) {
      const words = `${place}: ${wordOf(letter)} for a request that ends with ${mark.toString(16).padStart(8, '0')}, but there is ${nameOf(log, request)}`
      findings.add('other-request', part.policy.at(at), words)
      continue
    }
    if (own) part.alone.set(at, 1)
    log.decidedAt.set(request, Math.max(decidedAt, log.decidedAt.at(request)))
    const before = part.letter.at(at)
    if (isDecision(before) && isDecision(letter) && before !== letter) {
      findings.add(
        'two-outcomes',
        part.policy.at(at),
        `${nameOf(log, request)}: ${wordOf(before)}, and ${wordOf(letter)}`,
      )
    }
    if (weight(letter) > weight(before)) part.letter.set(at, letter)
  }
}

/** What became of the request by this one of its places. */
function noteRequest(log: RequestLog, part: PartitionLog, row: number, findings: Findings): void {
  const request = part.request.at(row)
  const letter = part.letter.at(row)
  const before = log.letter.at(request)
  if (isDecision(before) && isDecision(letter) && before !== letter && !log.contradictory.has(request)) {
    const words = `${nameOf(log, request)}: ${wordOf(before)}, but its copy at ${part.partition}/${part.offset.at(row)} ${wordOf(letter)}`
    findings.add('two-outcomes', part.policy.at(row), words)
  }
  if (weight(letter) > weight(before)) log.letter.set(request, letter)
}

/** The places below the progress about which the ledger says nothing, though it should still know: `partition/offset`. */
export function unnoted(log: RequestLog): { place: string; request: number; policy: number }[] {
  return log.partitions.flatMap((part) => {
    const found: { place: string; request: number; policy: number }[] = []
    for (let row = part.forgotten; row < part.offset.length; row += 1) {
      if (part.letter.at(row) !== 0) continue
      const place = `${part.partition}/${part.offset.at(row)}`
      found.push({ place, request: part.request.at(row), policy: part.policy.at(row) })
    }
    return found
  })
}

/** Of several notes about one place a decision counts, then that it was given up. */
function weight(letter: number): number {
  if (letter === 0) return 0
  if (letter === RETRIED) return 1
  return letter === GIVEN_UP ? 2 : 3
}
