import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { services } from '@firstcome/local'
import { testFolder } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { composeConfig, lintCompose } from '../src/lint.ts'

const infra = join(import.meta.dirname, '../..')
const file = join(infra, 'compose.yaml')
const text = readFileSync(file, 'utf8')

interface Container {
  environment?: Record<string, string>
  profiles?: string[]
  networks: string[]
  depends_on?: Record<string, { condition: string; required?: boolean }>
  restart?: string
  deploy?: { resources: { limits: { memory: string; cpus: string } } }
  read_only?: boolean
  healthcheck?: { disable?: boolean }
}
const containers: [string, Container][] = Object.entries(parse(text).services)
const container = (name: string) => containers.find(([one]) => one === name)![1]
const names = (which: (one: Container) => boolean) => containers.filter(([, one]) => which(one)).map(([name]) => name)

test('the compose file is one by the schema of the specification, and dclint has nothing to say about it', async () => {
  expect(await lintCompose(file)).toBe('')
})

test('docker compose, where it is installed, takes the file with and without the cluster', async () => {
  const used = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name!)
  const folder = testFolder({ 'compose.env': used.map((name) => `${name}=x\n`).join('') })
  const env = [join(folder, 'compose.env')]
  for (const more of [[], [join(infra, 'compose.cluster.env')]])
    expect((await composeConfig({ compose: file, env: [...env, ...more] })) ?? '').toBe('')
})

test('no password is written into the file: each comes from outside, and has to', () => {
  const given = containers.flatMap(([, { environment = {} }]) => Object.entries(environment))
  const secrets = given.filter(([name, value]) => name.endsWith('PASSWORD') || /:\/\/[^/]*@/.test(value))
  expect(secrets.length).toBeGreaterThan(services.length)
  for (const [name, value] of secrets) expect(`${name}=${value}`).toMatch(/\$\{FIRSTCOME_\w+_PASSWORD:\?/)
  const sql = readFileSync(join(infra, 'postgres/owners.sql'), 'utf8')
  expect(sql.match(/PASSWORD .*/g)).toEqual(expect.arrayContaining([expect.stringMatching(/^PASSWORD :'\w+';$/)]))
  expect(sql).not.toMatch(/PASSWORD '/)
})

test('the registry that can be written to is out of reach of every service', () => {
  const reachIt = names(({ networks }) => networks.includes('registry'))
  expect(reachIt.filter((name) => !name.startsWith('register-')).sort()).toEqual([
    'postgres',
    'registry',
    'registry-reader',
  ])
  for (const { name } of services) {
    expect(container(name).environment!.SCHEMA_REGISTRY_URL).toContain('//registry-reader:')
  }
})

test('a service starts after its own steps have been done, and the gateway after all services are ready', () => {
  for (const { name, owns } of services) {
    const done = { condition: 'service_completed_successfully' }
    expect(container(name).depends_on).toMatchObject({
      topics: done,
      [`register-${name}`]: done,
      ...(owns && { [`migrate-${name}`]: done }),
    })
    expect(container('gateway').depends_on).toMatchObject({ [name]: { condition: 'service_healthy' } })
  }
})

test('every container has limits, a restart policy and a health check, unless it is a step that ends', () => {
  const steps = names(({ restart }) => restart === 'on-failure:3')
  expect(steps).toHaveLength(1 + services.length + services.filter(({ owns }) => owns).length)
  expect(names(({ deploy }) => !deploy?.resources.limits.memory || !deploy.resources.limits.cpus)).toEqual([])
  expect(names(({ restart }) => restart === undefined)).toEqual([])
  expect(names(({ healthcheck }) => !healthcheck || healthcheck.disable === true)).toEqual(steps)
  expect(names(({ read_only }) => read_only === true)).toEqual(expect.arrayContaining(services.map(({ name }) => name)))
})

test('a cluster is three brokers that vote, each on its own, and the settings that name all of them', () => {
  const brokers = containers.filter(([name]) => /^kafka(-\d)?$/.test(name))
  expect(brokers.map(([, { environment }]) => environment!.KAFKA_NODE_ID)).toEqual(['1', '2', '3'])
  expect(brokers.map(([, { profiles }]) => profiles?.[0])).toEqual([undefined, 'cluster', 'cluster'])
  const settings = parseEnv(readFileSync(join(infra, 'compose.cluster.env'), 'utf8'))
  expect(settings).toMatchObject({
    COMPOSE_PROFILES: 'cluster',
    FIRSTCOME_KAFKA_BROKERS: brokers.map(([name]) => `${name}:19092`).join(','),
    FIRSTCOME_KAFKA_VOTERS: brokers.map(([name], index) => `${index + 1}@${name}:19093`).join(','),
    FIRSTCOME_KAFKA_REPLICATION: '3',
    FIRSTCOME_KAFKA_MIN_INSYNC: '2',
  })
  const used = new Set([...text.matchAll(/\$\{(FIRSTCOME_KAFKA_\w+):-/g)].map(([, name]) => name))
  expect([...used].sort()).toEqual(
    Object.keys(settings)
      .filter((name) => name.startsWith('FIRSTCOME_KAFKA_'))
      .sort(),
  )
})
