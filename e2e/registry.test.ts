import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { orderConfirmed } from '@firstcome/events'
import { stack } from '@firstcome/local'
import { testStack } from '@firstcome/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { services } from './system.ts'

const { registryUrl, registryReaderUrl } = testStack()
const own = `test-${crypto.randomUUID()}-value`
const schema = JSON.stringify({ type: 'record', namespace: 'test', name: 'Own', fields: [] })

afterAll(() => fetch(`${registryUrl}/subjects/${own}`, { method: 'DELETE' }))

const ask = (url: string, method: string, body?: object) =>
  fetch(url, {
    method,
    ...(body && { headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' }, body: JSON.stringify(body) }),
  })

const { subject } = orderConfirmed
const ours = { schema: JSON.stringify(orderConfirmed.schema) }
const writes: [what: string, method: string, path: string, body?: object][] = [
  ['register a version', 'POST', `/subjects/${subject}/versions`, { schema }],
  ['register a subject of its own', 'POST', `/subjects/${own}/versions`, { schema }],
  ['hide a registration behind an escape', 'POST', `/subjects/${own}%2Fversions`, { schema }],
  ['change the level of a subject', 'PUT', `/config/${subject}`, { compatibility: 'NONE' }],
  ['change the level of all', 'PUT', '/config', { compatibility: 'NONE' }],
  ['delete a level', 'DELETE', `/config/${subject}`],
  ['delete a version', 'DELETE', `/subjects/${subject}/versions/1`],
  ['delete a subject', 'DELETE', `/subjects/${subject}`],
  ['change the mode', 'PUT', '/mode', { mode: 'READWRITE' }],
]

describe('the address of the registry that services are given', () => {
  test('is that of a door, for all of them', () => {
    const { processes } = JSON.parse(readFileSync(join(stack('test').folder, 'wanted.json'), 'utf8'))
    const given = new Map<string, string>()
    for (const { name, env } of processes) given.set(name, env.SCHEMA_REGISTRY_URL)
    expect(services.map((name) => given.get(name))).toEqual(services.map(() => registryReaderUrl))
  })

  test.each(writes)('is not one to %s', async (_what, method, path, body) => {
    const before = await versions()
    const refused = await ask(registryReaderUrl + path, method, body)
    expect(refused.status).toBe(403)
    // As its clients know it from the registry itself.
    expect(await refused.json()).toMatchObject({ error_code: 40301, message: expect.stringContaining('for reading') })
    expect(await versions()).toEqual(before)
  })

  test("is not one for the registry's other interfaces", async () => {
    const { origin } = new URL(registryReaderUrl)
    for (const path of ['/', '/apis/registry/v3/groups', '/apis/ccompat/v7/..%2f..%2fregistry/v3/groups', '/health']) {
      expect((await fetch(origin + path)).status, path).toBe(403)
    }
    const made = await ask(`${origin}/apis/registry/v3/groups`, 'POST', { groupId: own })
    expect(made.status).toBe(403)
  })

  test('answers what a service has to know: ids, schemas, whether one would fit', async () => {
    const found = await ask(`${registryReaderUrl}/subjects/${subject}`, 'POST', ours)
    expect(found.status).toBe(200)
    const { id } = (await found.json()) as { id: number }
    const read = await fetch(`${registryReaderUrl}/schemas/ids/${id}`)
    expect(await read.text()).toContain('OrderConfirmed')
    const fits = await ask(`${registryReaderUrl}/compatibility/subjects/${subject}/versions/latest`, 'POST', ours)
    expect(await fits.json()).toMatchObject({ is_compatible: true })
    const unknown = await ask(`${registryReaderUrl}/subjects/${own}`, 'POST', { schema })
    expect(unknown.status).toBe(404)
  })

  test('is another than that of the deploy step, which registers', async () => {
    const made = await ask(`${registryUrl}/subjects/${own}/versions`, 'POST', { schema })
    expect(made.status).toBe(200)
  })
})

async function versions(): Promise<unknown> {
  const of = async (path: string) => (await fetch(registryUrl + path)).json()
  return Promise.all([of('/subjects'), of(`/subjects/${subject}/versions`), of(`/config/${subject}`), of('/config')])
}
