import type { PlacedRequest } from '../decide/decide.ts'

/** The ledger's columns take UUIDs only: a request with another id can be neither looked up nor decided. */
export function isReadable({ requestId }: PlacedRequest): boolean {
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(requestId)
}
