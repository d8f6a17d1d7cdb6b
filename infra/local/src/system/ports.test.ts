import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { StepError } from '../progress.ts'
import { isFree, openConnections, requireFreePorts } from './ports.ts'

const server = createServer()
let taken = 0

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  taken = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

test('a taken port is named, with who wants it and how to move them all', async () => {
  const refusal = await requireFreePorts([{ name: 'redis', port: taken }], 200).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(StepError)
  const { message, advice } = refusal as StepError
  expect(message).toContain(`port ${taken}, which redis needs`)
  expect(advice).toContain('FIRSTCOME_PORT_OFFSET=10200 npm start')
})

test('a port is taken on one address when it is taken on all', async () => {
  const everywhere = createServer().listen(0)
  await once(everywhere, 'listening')
  expect(await isFree((everywhere.address() as AddressInfo).port)).toBe(false)
  everywhere.close()
})

test('free ports are nothing to complain about, and looking does not take them', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  other.close()
  await once(other, 'close')
  await requireFreePorts([{ name: 'redis', port }], 0)
  expect(await isFree(port)).toBe(true)
})

test('connections are counted by the port of their server, from the moment at which they are made', async () => {
  expect(openConnections([taken])).toBe(0)
  const [one, two] = [connect(taken, '127.0.0.1'), connect(taken, '127.0.0.1')]
  await Promise.all([once(one, 'connect'), once(two, 'connect')])
  expect(openConnections([taken])).toBe(2)
  one.destroy()
  await expect.poll(() => openConnections([taken])).toBe(1)
  two.destroy()
  await expect.poll(() => openConnections([taken])).toBe(0)
})
