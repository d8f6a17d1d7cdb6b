import type { Change } from '@firstcome/outbox'
import { Problem, type Reply } from '@firstcome/service'
import type { Knex } from 'knex'
import { v7 as uuidv7 } from 'uuid'
import { type Answer, answerOf, replay } from './answer.ts'
import { fingerprintOf } from './key.ts'
import { answerKept, type KeyTimes, keepAnswer, releaseKey, type Scope, takeKey } from './keys.ts'

/** One run of the work behind a key. */
export interface Attempt {
  /** Id of the thing to make. The same in every attempt under one key, so that what an earlier one made can be told. */
  subjectId: string
  /** Keeps the answer with what makes it true; undefined where there is no key to keep it under. */
  keep(answer: Answer): Keeping | undefined
}

/** An answer that joins the statement which makes it true. */
export interface Keeping {
  /** Its part of that statement; nothing is kept unless the statement's part `after` has a row. */
  with(after: string): Change
  /** To be called when the statement has taken effect. */
  kept(): void
}

export interface IdempotentRequest {
  userId: number
  route: string
  /** Undefined where the client sent none: then every request is its own. */
  key: string | undefined
  body: object
  /** Codes of problems that stay true however often the request is repeated. Any other failure may be tried again. */
  finalCodes: ReadonlySet<string>
}

/**
 * Runs `work` at most once to an end for each key. A repeated request gets the stored answer; one that comes while the
 * first is at work is told to come back; one that comes after a crash resumes what the first began.
 */
export async function idempotent<R extends Reply>(
  db: Knex,
  times: KeyTimes,
  { userId, route, key, body, finalCodes }: IdempotentRequest,
  work: (attempt: Attempt) => Promise<R>,
): Promise<R> {
  const proposed = { subjectId: uuidv7(), owner: uuidv7() }
  if (key === undefined) return work({ subjectId: proposed.subjectId, keep: () => undefined })

  const scope: Scope = { userId, route, key }
  const standing = await takeKey(db, scope, fingerprintOf(body), proposed, times)
  switch (standing.kind) {
    case 'answered':
      // What is kept under a key was answered by this work, and so is of its kind.
      return replay(standing.answer) as R
    case 'reused':
      throw new Problem(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key came with another body before.')
    case 'in flight':
      throw new Problem(409, 'IDEMPOTENCY_KEY_IN_FLIGHT', 'A request with this Idempotency-Key is being worked on.', {
        headers: { 'Retry-After': '1' },
      })
  }

  const { lease } = standing
  let kept = false
  const keep = (answer: Answer): Keeping => ({
    with: (after) => answerKept(scope, answer, after),
    kept() {
      kept = true
    },
  })
  try {
    const reply = await work({ subjectId: lease.subjectId, keep })
    if (!kept && typeof reply === 'object') await keepAnswer(db, scope, reply)
    return reply
  } catch (error) {
    if (error instanceof Problem && finalCodes.has(error.code)) await keepAnswer(db, scope, answerOf(error))
    // A lease that can not be given back (the database is away) runs out by itself.
    else await releaseKey(db, scope, lease).catch(() => {})
    throw error
  }
}
