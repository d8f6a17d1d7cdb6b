import { couponIssueRequested as requested } from '@firstcome/events'
import { type FaultProxy, faultProxy, testStack, waitFor } from '@firstcome/testing'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { partitionOf } from './producer/partitioner.ts'
import { group, request, testbed, testHost, topic } from './testbed.ts'

/** The same contract with a field more, as a producer of tomorrow would register it; answers its id. */
async function registerNewer(): Promise<number> {
  const { fields, ...schema } = requested.schema as unknown as { fields: unknown[] }
  const channel = { name: `channel_${crypto.randomUUID().slice(0, 8)}`, type: 'string', default: 'web' }
  const answer = await fetch(`${testStack().registryUrl}/subjects/test-${crypto.randomUUID()}-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify({ ...schema, fields: [...fields, channel] }) }),
  })
  return ((await answer.json()) as { id: number }).id
}

const registryUrl = (proxy: FaultProxy) => proxy.through(testStack().registryUrl)

test('who has started needs no registry: a record of a writer it never met waits, and all others do not', async () => {
  const proxy = await faultProxy(testStack().registryUrl)
  const bed = await testbed(2)
  const kafka = await bed.connect({ registryUrl: registryUrl(proxy) })
  const health = async () => kafka.check?.()
  const handled: number[] = []
  await bed.use(kafka.consumer(group).on(requested, async ({ userId }) => void handled.push(userId)))
  const newer = await registerNewer()
  await proxy.down()

  await kafka.send(requested, request(1, 1))
  await waitFor('the first', () => handled.length === 1)
  await health()

  const value = Buffer.concat([kafka.contracts.encode(requested, request(1, 3)), Buffer.from('\x06app')])
  value.writeInt32BE(newer, 1)
  const { partition } = await kafka.send(requested, request(1, 2))
  await bed.write([{ partition, key: '1', value }])
  await kafka.send(requested, request(1, 4))
  await waitFor('the word that it is away', () =>
    health().then(
      () => false,
      (error) => error.code === 'REGISTRY_UNAVAILABLE',
    ),
  )
  const other = [2, 3, 4, 5, 6, 7].find((policy) => partitionOf(Buffer.from(String(policy)), 2) !== partition)!
  await kafka.send(requested, request(other, 5))
  await waitFor('what the other partition holds', () => handled.includes(5))
  expect(handled).toEqual([1, 2, 5])

  await proxy.resume()
  await waitFor('what had to wait', () => handled.length === 5)
  expect(handled).toEqual([1, 2, 5, 3, 4])
  await health()
  const deadLetters = await bed.admin.fetchTopicOffsets(`${bed.prefix}${topic}.${group}.dlt`)
  expect(deadLetters.map(({ high }) => high)).toEqual(deadLetters.map(() => '0'))
  const retried = await bed.admin.fetchTopicOffsets(`${bed.prefix}${topic}.${group}.retry-50`)
  expect(retried.map(({ high }) => high)).toEqual(retried.map(() => '0'))
})

test('who starts waits for it where it can wait, says what for, and goes on when it is back', async () => {
  const proxy = await faultProxy(testStack().registryUrl)
  await proxy.down()
  const bed = await testbed(1)
  const said: (string | undefined)[] = []
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const host = { ...testHost(), log, waitsFor: (what: string | undefined) => void said.push(what) }

  const connecting = bed.connect({ registryUrl: registryUrl(proxy) }, host)
  await waitFor('a second try', () => said.length === 2)
  expect(said[0]).toContain(proxy.address)
  const waits = lines.filter(({ msg }) => msg === 'waiting for the schema registry')
  expect(waits).toMatchObject([{ registry: registryUrl(proxy), waitedMs: expect.any(Number) }])

  await proxy.resume()
  const kafka = await connecting
  expect(said.at(-1)).toBeUndefined()
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'the schema registry answers' }))
  await kafka.send(requested, request(1, 1))
})

test('who can not wait is told that it is away, and so is one that can when the brokers are away as well', async () => {
  const proxy = await faultProxy(testStack().registryUrl)
  await proxy.down()
  const bed = await testbed(1)
  const unavailable = { code: 'REGISTRY_UNAVAILABLE', retriable: true }
  await expect(bed.connect({ registryUrl: registryUrl(proxy) })).rejects.toMatchObject(unavailable)

  const patient = { ...testHost(), waitsFor() {} }
  const nowhere = { registryUrl: registryUrl(proxy), brokers: [proxy.address], connectionTimeoutMs: 100 }
  await expect(bed.connect(nowhere, patient)).rejects.toMatchObject({ retriable: true })
})
