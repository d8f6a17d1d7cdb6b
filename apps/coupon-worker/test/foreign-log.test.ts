import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { waitFor } from '@firstcome/testing'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { createPolicy, stage } from './stage.ts'

const it = await stage()
const acceptLog = fileURLToPath(new URL('../src/commands/accept-log.ts', import.meta.url))

async function runAcceptLog(...args: string[]): Promise<string> {
  const env = { ...process.env, DATABASE_URL: it.databaseUrl }
  const { stdout } = await promisify(execFile)(process.execPath, [acceptLog, ...args], { env })
  return stdout
}

test('a worker whose positions belong to another cluster stops, decides nothing, and says what to do', async () => {
  const worker = await it.startWorker()
  const couponPolicyId = await createPolicy(worker, { name: 'Moved', totalQuantity: 10 })
  const request = (userId: number) => ({ requestId: uuidv7(), couponPolicyId, userId, requestedAt: Date.now() })
  const before = [request(1), request(2)]
  await it.ask(before)
  await it.allAnswered(before)
  await worker.stop()
  await it.db.raw("UPDATE partition_progress SET cluster_id = 'the-old-cluster'")

  const after = [request(1), request(3)]
  await it.ask(after)
  const refusing = await it.launchWorker()
  expect(await refusing.ended).toEqual({ code: 1, signal: null })
  expect(refusing.output()).toMatch(/belongs to Kafka cluster the-old-cluster.*npm run reset.*accept-log/)
  expect(it.outcomes.filter(({ value }) => after.some((asked) => asked.requestId === value.requestId))).toEqual([])

  expect(await runAcceptLog()).toMatch(/decided up to offset \d+ of cluster the-old-cluster\nNothing changed/)
  expect(await runAcceptLog('--yes')).toMatch(/Forgotten/)
  const accepting = await it.startWorker()
  const [repeated, fresh] = after
  const told = (requestId: string) => it.outcomes.find(({ value }) => value.requestId === requestId)?.value
  expect(await waitFor('the outcome of a user from before', () => told(repeated!.requestId))).toMatchObject({
    reason: 'COUPON_ALREADY_ISSUED',
  })
  expect(await waitFor('the outcome of a new user', () => told(fresh!.requestId))).toMatchObject({ rank: 3 })
  await accepting.stop()
})
