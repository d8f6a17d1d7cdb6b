import { afterEach, expect, test, vi } from 'vitest'
import { basePorts, routes, services, stack } from './stack.ts'

afterEach(() => vi.unstubAllEnvs())

test('one setting moves every port, and the stacks never meet', () => {
  vi.stubEnv('FIRSTCOME_PORT_OFFSET', '300')
  const [local, test] = [stack('local'), stack('test')]
  expect(local.ports.kafka).toBe(basePorts.kafka + 300)
  expect(test.ports.kafka).toBe(basePorts.kafka + 1300)
  expect(local.gatewayUrl).toBe('http://127.0.0.1:8380')
  const used = [...Object.values(local.ports), ...Object.values(test.ports)]
  expect(new Set(used).size).toBe(used.length)
})

test.each(['-1', '1e3', 'many', '45001'])('the offset %s is refused by name', (offset) => {
  vi.stubEnv('FIRSTCOME_PORT_OFFSET', offset)
  expect(() => stack('local')).toThrow(`FIRSTCOME_PORT_OFFSET=${offset}`)
})

test('no database has two owners, and every route leads to a service', () => {
  const owned = services.flatMap((one) => one.owns?.database ?? [])
  expect(new Set(owned).size).toBe(owned.length)
  const names: string[] = services.map((one) => one.name)
  expect(routes.map((one) => one.service).filter((name) => !names.includes(name))).toEqual([])
})
