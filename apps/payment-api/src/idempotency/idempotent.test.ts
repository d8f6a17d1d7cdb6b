import { Problem, type Reply } from '@firstcome/service'
import { connectDatabase, type Database } from '@firstcome/stores/postgres'
import { waitFor } from '@firstcome/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { paymentDatabase } from '../../test/books.ts'
import { type Attempt, idempotent } from './idempotent.ts'
import { forgetExpiredKeys } from './keys.ts'

let db: Database
beforeAll(async () => {
  db = connectDatabase({ url: await paymentDatabase(), poolSize: 20, acquireTimeoutMs: 60_000 })
})
afterAll(() => db?.close())

type Work = (attempt: Attempt) => Promise<Reply>
const created: Work = async ({ subjectId }) => ({ status: 201, headers: { Location: '/1' }, body: { id: subjectId } })

let keys = 0
const newKey = () => `key-${++keys}`

interface Differences {
  userId?: number
  route?: string
  body?: object
  leaseSeconds?: number
}

function request(key: string | undefined, work: Work, differences: Differences = {}) {
  const { userId = 1, route = 'POST /things', body = { a: 1 }, leaseSeconds = 30 } = differences
  const finalCodes = new Set(['NO'])
  return idempotent(db, { leaseSeconds, rememberedHours: 24 }, { userId, route, key, body, finalCodes }, work)
}
/** A process that dies at work: it neither answers nor gives the key back. */
const crash = (key: string, leaseSeconds: number) =>
  new Promise<Attempt>((resolve) => {
    void request(key, (attempt) => new Promise(() => resolve(attempt)), { leaseSeconds })
  })

describe('a request with an Idempotency-Key', () => {
  it('gets the first answer, word for word and marked, however often it comes', async () => {
    const key = newKey()
    const work = vi.fn(created)
    const first = await request(key, work)
    for (let i = 0; i < 3; i++) {
      expect(await request(key, work)).toEqual({
        ...(first as object),
        headers: { Location: '/1', 'Idempotent-Replayed': 'true' },
      })
    }
    expect(work).toHaveBeenCalledOnce()
  })

  it('gets the same final refusal again', async () => {
    const key = newKey()
    const work = vi.fn(async () => {
      throw new Problem(402, 'NO', 'No.', { paymentId: 'p' })
    })
    await expect(request(key, work)).rejects.toMatchObject({ code: 'NO', headers: {} })
    await expect(request(key, work)).rejects.toMatchObject({
      status: 402,
      code: 'NO',
      message: 'No.',
      members: { paymentId: 'p' },
      headers: { 'Idempotent-Replayed': 'true' },
    })
    expect(work).toHaveBeenCalledOnce()
  })

  it('may be tried again, for the same subject, after a failure that is not final', async () => {
    const key = newKey()
    const subjects: string[] = []
    const failing: Work = async ({ subjectId }) => {
      subjects.push(subjectId)
      throw new Error('the database is away')
    }
    await expect(request(key, failing)).rejects.toThrow('away')
    expect(await request(key, created)).toMatchObject({ status: 201, body: { id: subjects[0] } })
  })

  it('runs once, however many come at the same moment; the others are told to come back', async () => {
    const key = newKey()
    const gate = Promise.withResolvers<void>()
    const work = vi.fn<Work>(async (attempt) => {
      await gate.promise
      return created(attempt)
    })
    const told: Problem[] = []
    const requests = Array.from({ length: 20 }, () =>
      request(key, work).catch((problem: Problem) => told.push(problem)),
    )
    await waitFor('all but one to be told', () => told.length === 19)
    for (const problem of told) {
      expect(problem).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_IN_FLIGHT', headers: { 'Retry-After': '1' } })
    }
    gate.resolve()
    await Promise.all(requests)
    expect(work).toHaveBeenCalledOnce()
  })

  it('is refused when its body is another one, whether the first is at work or done', async () => {
    const key = newKey()
    await crash(key, 30)
    const reused = { status: 422, code: 'IDEMPOTENCY_KEY_REUSED' }
    await expect(request(key, created, { body: { a: 2 } })).rejects.toMatchObject(reused)
    const other = newKey()
    await request(other, created)
    await expect(request(other, created, { body: { a: 2 } })).rejects.toMatchObject(reused)
  })

  it('is another request for another user and on another route', async () => {
    const key = newKey()
    const work = vi.fn(created)
    await request(key, work)
    await request(key, work, { userId: 2 })
    await request(key, work, { route: 'POST /others' })
    expect(work).toHaveBeenCalledTimes(3)
  })

  it('takes over from a process that died, once its lease has run out, with the same subject', async () => {
    const held = newKey()
    await crash(held, 30)
    await expect(request(held, created)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_IN_FLIGHT' })
    const left = newKey()
    const { subjectId } = await crash(left, 0)
    expect(await request(left, created)).toMatchObject({ body: { id: subjectId } })
  })

  it('keeps an answer with the statement that makes it true, and only where that takes effect', async () => {
    const key = newKey()
    const make =
      (takesEffect: boolean): Work =>
      async (attempt) => {
        const answer = { status: 201, body: { id: attempt.subjectId } }
        const keeping = attempt.keep(answer)!
        const { sql, bindings } = keeping.with('effect')
        await db.raw(`with effect as (select where ?::boolean), ${sql} select`, [takesEffect, ...bindings])
        if (!takesEffect) throw new Error('somebody else was first')
        keeping.kept()
        return answer
      }
    await expect(request(key, make(false))).rejects.toThrow('somebody else')
    const done = await request(key, make(true))
    const never = vi.fn(created)
    expect(await request(key, never)).toMatchObject(done as object)
    expect(never).not.toHaveBeenCalled()
  })

  it('is forgotten after a day: the key starts afresh, with any body', async () => {
    const key = newKey()
    const first = await request(key, created)
    await db('idempotency_keys').where({ key }).update({ expires_at: db.fn.now() })
    const second = await request(key, created, { body: { a: 2 } })
    expect(second).toMatchObject({ status: 201 })
    expect(second).not.toEqual(first)
  })

  it('leaves nothing behind once it has expired', async () => {
    const [old, young] = [newKey(), newKey()]
    await request(old, created)
    await request(young, created)
    await db('idempotency_keys').where({ key: old }).update({ expires_at: db.fn.now() })
    expect(await forgetExpiredKeys(db)).toBe(1)
    expect(await db('idempotency_keys').whereIn('key', [old, young]).pluck('key')).toEqual([young])
  })
})

describe('an expired key', () => {
  it('that is being taken anew is not forgotten by the cleaner', async () => {
    const key = newKey()
    await request(key, created)
    await db('idempotency_keys').where({ key }).update({ expires_at: db.fn.now() })
    const renewing = await db.transaction()
    await renewing('idempotency_keys')
      .where({ key })
      .update({ expires_at: db.raw("now() + interval '1 day'") })
    let forgotten: number | undefined
    const forgetting = forgetExpiredKeys(db).then((count) => {
      forgotten = count
    })
    await waitFor('the cleaner to have met the row', async () => {
      const { rows } = await db.raw(
        `select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like 'delete from idempotency_keys%'`,
      )
      return forgotten !== undefined || rows.length > 0
    })
    await renewing.commit()
    await forgetting
    expect(forgotten).toBe(0)
    expect(await db('idempotency_keys').where({ key }).pluck('key')).toEqual([key])
  })
})

describe('a request without one', () => {
  it('is its own every time', async () => {
    const work = vi.fn(created)
    const [first, second] = [await request(undefined, work), await request(undefined, work)]
    expect(first).not.toEqual(second)
  })
})
