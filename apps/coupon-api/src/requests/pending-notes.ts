import type { AcceptedRequest, Noted } from '../model/remember.ts'

/** Notes an accepted request as PENDING. Never rejects, as acceptance does not depend on it: undefined where it must wait. */
export type PendingNotes = (request: AcceptedRequest) => Promise<Noted | undefined>

export interface PendingNotesOptions {
  /** Rejects while the read model is away. */
  remember: (request: AcceptedRequest) => Promise<Noted>
  /** How long after a failure the notes are tried again, in milliseconds. */
  retryMs?: number
  /** So many are kept; the outcome makes up for those beyond. */
  most?: number
}

/**
 * The broker has the request, so its owner is told 202 whether or not the note could be written. Notes that could not are
 * kept in memory until the read model is back.
 */
export function createPendingNotes({ remember, retryMs = 1_000, most = 50_000 }: PendingNotesOptions): PendingNotes {
  let unwritten: AcceptedRequest[] = []
  let retry: NodeJS.Timeout | undefined

  function keep(requests: AcceptedRequest[]): void {
    for (const request of requests) if (unwritten.length < most) unwritten.push(request)
    // The timer must not hold up a process that stops.
    if (retry === undefined) retry = setTimeout(writeAgain, retryMs).unref()
  }

  async function writeAgain(): Promise<void> {
    const [first, ...others] = unwritten
    unwritten = []
    retry = undefined
    try {
      // One to see whether the read model is back, then all at once.
      if (first) await remember(first)
    } catch {
      return keep([first!, ...others])
    }
    await Promise.all(others.map(write))
  }

  async function write(request: AcceptedRequest): Promise<Noted | undefined> {
    try {
      return await remember(request)
    } catch {
      keep([request])
      return undefined
    }
  }

  return write
}
