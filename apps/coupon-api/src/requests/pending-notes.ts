import type { AcceptedRequest } from '../model/remember.ts'

export interface PendingNotes {
  /** Notes an accepted request as PENDING. Never rejects: acceptance does not depend on it. */
  write(request: AcceptedRequest): Promise<void>
  /** Writes what could not be written while the read model was away. */
  catchUp(): Promise<void>
}

/**
 * The broker has the request, so its owner is told 202 whether or not the note could be written. Notes that could not are
 * kept in memory, up to a bound, for when the read model is back; the outcome makes up for those that are lost.
 */
export function createPendingNotes(remember: (request: AcceptedRequest) => Promise<void>, most = 50_000): PendingNotes {
  let unwritten: AcceptedRequest[] = []

  async function write(request: AcceptedRequest): Promise<void> {
    try {
      await remember(request)
    } catch {
      if (unwritten.length < most) unwritten.push(request)
    }
  }

  return {
    write,
    async catchUp() {
      const notes = unwritten
      unwritten = []
      await Promise.all(notes.map(write))
    },
  }
}
