import type { ReadModel } from '../model/read-model.ts'
import type { KnownRequest } from '../model/read-requests.ts'
import { startWait, type Wait } from '../outcomes/wait-for-outcome.ts'
import type { WaitingRoom } from '../outcomes/waiting-room.ts'
import { isOutcome } from './request-state.ts'

/** For how long an answer is held (`Prefer: wait`), and what ends it early: the client has left, the service stops. */
export interface Patience {
  seconds: number
  signal: AbortSignal
}

/**
 * Holds a pending request until its outcome. When the time runs out it is told as it stands then, not as it stood before:
 * its owner may have asked elsewhere meanwhile and been told of a better place.
 */
export async function hold(
  model: Pick<ReadModel, 'request'>,
  wait: Wait,
  requestId: string,
  known: KnownRequest,
  { seconds, signal }: Patience,
): Promise<KnownRequest> {
  const outcome = await wait.outcome(seconds * 1000, signal)
  if (outcome) return { state: outcome, decidedOffset: -1 }
  return (await model.request(requestId).catch(() => undefined)) ?? known
}

/** The same for a request that was made before, and whose outcome may have come before anybody listened. */
export async function holdAgain(
  model: Pick<ReadModel, 'request'>,
  room: WaitingRoom,
  requestId: string,
  known: KnownRequest,
  patience: Patience | undefined,
): Promise<KnownRequest> {
  if (!patience || isOutcome(known.state)) return known
  const wait = startWait(room, requestId)
  const read = await model.request(requestId).catch(() => undefined)
  if (read && isOutcome(read.state)) room.tell(requestId, read.state)
  return hold(model, wait, requestId, known, patience)
}
