import { connectDatabase } from '@firstcome/stores/postgres'
import { testDatabase, waitFor } from '@firstcome/testing'
import { afterAll, expect, test } from 'vitest'
import { openSession } from './session.ts'

const { url } = await testDatabase()
const db = connectDatabase({ url, poolSize: 1 })
const rings = { active: 0, standby: 0 }
const active = await openSession(db, () => rings.active++)
const standby = await openSession(db, () => rings.standby++)
afterAll(() => Promise.all([active.close(), standby.close(), db.close()]))

test('the lock is held by one session of a database', async () => {
  expect(await active.activate()).toBe(true)
  expect(await standby.activate()).toBe(false)
  expect([active.active, standby.active]).toEqual([true, false])
})

test('a standby wakes the active session, many calls in few notifications', async () => {
  for (let call = 0; call < 100; call++) standby.notify()
  await waitFor('the active session to be rung', () => rings.active > 0)
  await standby.query('select 1') // behind all notifications that are on their way
  await active.query('select 1')
  expect(rings.active).toBeLessThanOrEqual(3)
  expect(rings.standby).toBe(0)
})

test('a session with nothing to do says something all the same: one that is silent is ended by the server', async () => {
  const lastHeard = async () => {
    const { rows } = await db.raw(
      `select min(state_change) as at from pg_stat_activity
        where application_name = 'outbox-relay' and datname = current_database()`,
    )
    return rows[0].at.getTime()
  }
  const before = await lastHeard()
  await waitFor('both to be heard of again', async () => (await lastHeard()) > before)
  const { rows } = await active.query<{ idle_session_timeout: string }>('show idle_session_timeout')
  expect(rows).toEqual([{ idle_session_timeout: '5s' }])
})

test('a session that ends frees the lock and rings its owner', async () => {
  rings.active = 0
  await active.close()
  expect(rings.active).toBeGreaterThan(0)
  await waitFor('the lock', () => standby.activate())
})
