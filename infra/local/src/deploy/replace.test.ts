import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { reportTo } from '../progress.ts'
import { stack as define, type Stack } from '../stack.ts'
import { runningSupervisor, stopAll, untilReady, want } from '../supervisor/control.ts'
import { nextOf, type ProcessSpec, processSpec } from '../supervisor/process-spec.ts'
import { logFile, wantedFile } from '../supervisor/state.ts'
import { freePort } from '../system/free-port.ts'
import { writeJson } from '../system/json-file.ts'
import { isFree, openConnections } from '../system/ports.ts'
import { type HowToReplace, recover, replace } from './replace.ts'
import { sideOf, turnTo } from './sides.ts'

const service = 'order-service'
let stack: Stack

beforeEach(async () => {
  reportTo(process.stderr)
  const test = define('test')
  stack = { ...test, folder: mkdtempSync(join(tmpdir(), 'replace-')) }
  stack.ports = { ...test.ports, [service]: await twoFreePorts() }
  await want(stack, [on('a', 'old')])
  await untilReady(stack, [on('a', 'old')])
})
afterEach(async () => {
  await stopAll(stack)
  rmSync(stack.folder, { recursive: true })
})

/** One for each side: this and the one that is 10 higher. */
async function twoFreePorts(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (await isFree(port + 10)) return port
  }
}

interface Behaviour {
  /** Run before it listens. */
  first?: string
  /** Run when it is asked to stop. */
  last?: string
}

/** A service that answers with what it `says`, and tells its log. */
function on(side: 'a' | 'b', says: string, { first = '', last = 'process.exit(0)' }: Behaviour = {}): ProcessSpec {
  const port = stack.ports[service] + (side === 'b' ? 10 : 0)
  const script = `
    console.log('${says} starts')
    ${first}
    require('node:http').createServer((_, response) => response.end('${says}')).listen(${port}, '127.0.0.1')
    process.on('SIGTERM', () => { console.log('${says} stops'); ${last} })`
  return processSpec({
    name: service,
    command: [process.execPath, '-e', script],
    cwd: stack.folder,
    env: {},
    port,
    after: [],
    ready: { kind: 'http', url: `http://127.0.0.1:${port}` },
    // Who ends by itself is given the time to, should the machine stand still for a moment; who does not is soon killed.
    stopTimeoutMs: last === '' ? 1_000 : 20_000,
  })
}

const replaceBy = (spec: ProcessSpec, how: HowToReplace = {}) => replace(stack, [{ service, specs: [spec] }], how)
const names = () => runningSupervisor(stack)?.processes.map(({ name }) => name)
const running = () => runningSupervisor(stack)?.processes.find(({ name }) => name === service)
const log = (name = service) => readFileSync(logFile(stack.folder, name), 'utf8')
const answer = async (side: 'a' | 'b') => {
  const headers = { connection: 'close' }
  const asked = await fetch(`http://127.0.0.1:${on(side, '').port}`, { headers }).catch(() => undefined)
  return asked?.text()
}

test('the new one starts beside the old, which ends only when the gateway has turned', async () => {
  const turned: unknown[] = []
  const ended = await replaceBy(on('b', 'new'), {
    readyToTurn: async () => void turned.push(await answer('a'), await answer('b'), sideOf(stack, service)),
  })
  expect(turned).toEqual(['old', 'new', 'a'])
  expect(ended).toEqual(new Map([[service, 'exited with 0']]))
  expect([await answer('a'), await answer('b'), sideOf(stack, service)]).toEqual([undefined, 'new', 'b'])
})

test('an answer that was asked of the old one before the turn is waited for, within limits', async () => {
  const slow = on('a', 'slow')
  await replaceBy(on('b', 'new'))
  await replaceBy({
    ...slow,
    command: slow.command.map((one) =>
      one.replace("response.end('slow')", 'setTimeout(() => response.end("slow"), 1_500)'),
    ),
  })
  const asked = answer('a')
  const { port } = slow
  await expect.poll(() => openConnections([port]), { timeout: 10_000 }).toBe(1)
  await replaceBy(on('b', 'newer'))
  expect(await asked).toBe('slow')
})

test('it takes over the name and the log of the old one, and is still the same process', async () => {
  let next: number | undefined
  await replaceBy(on('b', 'new'), {
    readyToTurn: async () => {
      next = runningSupervisor(stack)?.processes.find(({ name }) => name === nextOf(service))?.process?.pid
    },
  })
  expect(names()).toEqual([service])
  expect(running()).toMatchObject({ phase: 'ready', restarts: 0, process: { pid: next } })
  expect(log()).toBe('new starts\n')
  expect(readFileSync(`${logFile(stack.folder, service)}.1`, 'utf8')).toMatch(/old stops\n.* exited with 0/)
})

test('the next replacement goes back to the first side', async () => {
  await replaceBy(on('b', 'new'))
  await replaceBy(on('a', 'newer'))
  expect([await answer('a'), await answer('b'), sideOf(stack, service)]).toEqual(['newer', undefined, 'a'])
})

test('what replaced another is started again under its name when it dies', async () => {
  await replaceBy(on('b', 'new'))
  process.kill(running()!.process!.pid, 'SIGKILL')
  await expect.poll(running, { timeout: 60_000 }).toMatchObject({ phase: 'ready', restarts: 1 })
  expect(log()).toMatch(/new starts\n.*order-service was ended by SIGKILL\nnew starts/)
})

test('an old one that had to be killed is said to have been', async () => {
  await replaceBy(on('b', 'stubborn', { last: '' }))
  expect(await replaceBy(on('a', 'new'))).toEqual(new Map([[service, 'was ended by SIGKILL']]))
})

test('a new one that dies at once leaves the old one running, and its log says why', async () => {
  const before = running()
  const failure = await replaceBy(on('b', 'new', { first: "throw new Error('no such table')" })).catch((error) => error)
  expect(failure).toMatchObject({ message: expect.stringMatching(/^order-service-next does not start/) })
  expect(failure).toMatchObject({ details: expect.stringContaining('no such table') })
  expect([names(), running()?.process, sideOf(stack, service)]).toEqual([[service], before?.process, 'a'])
  expect(log()).toBe('old starts\n')
})

test('interrupted before the gateway has turned, the new one ends and the old one runs on', async () => {
  const interrupted = new AbortController()
  const replacing = replaceBy(on('b', 'new', { first: 'while (true);' }), {
    signal: interrupted.signal,
  })
  await expect.poll(names, { timeout: 60_000 }).toContain(nextOf(service))
  interrupted.abort()
  await expect(replacing).rejects.toThrow('abort')
  expect([names(), await answer('a')]).toEqual([[service], 'old'])
})

/** What a replacement has done up to the turn, before it was killed. */
async function halfDone(): Promise<ProcessSpec> {
  const next = { ...on('b', 'new'), name: nextOf(service) }
  await want(stack, [next])
  await untilReady(stack, [next])
  return next
}

test('killed before the gateway had turned, a replacement is undone by whoever comes next', async () => {
  await halfDone()
  await recover(stack)
  expect([names(), await answer('a'), await answer('b')]).toEqual([[service], 'old', undefined])
  await replaceBy(on('b', 'newer'))
  expect(await answer('b')).toBe('newer')
})

test('killed after the gateway had turned, it is brought to its end', async () => {
  await halfDone()
  turnTo(stack, service, 'b')
  await recover(stack)
  expect([names(), await answer('a'), await answer('b')]).toEqual([[service], undefined, 'new'])
})

test('killed before the supervisor was told to let the names change hands, it is told', async () => {
  const next = await halfDone()
  turnTo(stack, service, 'b')
  writeJson(wantedFile(stack.folder), { processes: [{ ...next, name: service }] })
  await recover(stack)
  expect([names(), await answer('a'), await answer('b')]).toEqual([[service], undefined, 'new'])
  expect(existsSync(logFile(stack.folder, nextOf(service)))).toBe(false)
})
