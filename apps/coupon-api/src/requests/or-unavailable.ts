import { ReadModelAway } from '../model/guard.ts'
import { statusUnavailable } from './answers.ts'

/** @throws {Problem} 503 STATUS_UNAVAILABLE where the read model does not answer. */
export async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw error instanceof ReadModelAway ? statusUnavailable() : error
  })
}
