import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isAlive } from '../../ownership.mjs'
import { reportTo } from '../progress.ts'
import { stack as define, type Stack } from '../stack.ts'
import { freePort } from '../system/free-port.ts'
import { leftRunning, runningSupervisor, stopAll, untilReady, want } from './control.ts'
import { type ProcessSpec, processSpec } from './process-spec.ts'
import { logFile } from './state.ts'

let stack: Stack
const ports = new Map<string, number>()

beforeEach(() => {
  reportTo(process.stderr)
  stack = { ...define('test'), folder: mkdtempSync(join(tmpdir(), 'supervisor-')) }
})
afterEach(async () => {
  await stopAll(stack)
  rmSync(stack.folder, { recursive: true })
  ports.clear()
})

/** A process that answers HTTP on a free port, and writes down when it starts and when it is asked to stop. */
async function answering(name: string, { after = [] as string[], says = 'hello' } = {}): Promise<ProcessSpec> {
  const port = ports.get(name) ?? (await freePort())
  ports.set(name, port)
  const script = `
    const log = (what) => require('node:fs').appendFileSync(${JSON.stringify(join(stack.folder, 'story'))}, '${name} ' + what + '\\n')
    require('node:http').createServer((_, response) => response.end()).listen(${port}, '127.0.0.1', () => log('${says}'))
    process.on('SIGTERM', () => { log('bye'); process.exit(0) })`
  return processSpec({
    name,
    command: [process.execPath, '-e', script],
    cwd: stack.folder,
    env: {},
    port,
    after,
    ready: { kind: 'http', url: `http://127.0.0.1:${port}` },
  })
}

const story = () => readFileSync(join(stack.folder, 'story'), 'utf8').trim().split('\n')
const processOf = (name: string) => runningSupervisor(stack)?.processes.find((one) => one.name === name)

async function up(...specs: ProcessSpec[]): Promise<void> {
  await want(stack, specs)
  await untilReady(stack, specs, { timeoutMs: 60_000 })
}

test('processes start after those they build on, and stop before them', async () => {
  await up(await answering('service', { after: ['server'] }), await answering('server'))
  expect(await stopAll(stack)).toBe(true)
  expect(story()).toEqual(['server hello', 'service hello', 'service bye', 'server bye'])
  expect(await stopAll(stack)).toBe(false)
})

test('what dies is started again', async () => {
  const spec = await answering('server')
  await up(spec)
  const first = processOf('server')!.process!
  process.kill(first.pid, 'SIGKILL')
  await expect.poll(() => processOf('server'), { timeout: 60_000 }).toMatchObject({ phase: 'ready', restarts: 1 })
  expect(processOf('server')!.process!.pid).not.toBe(first.pid)
  expect(readFileSync(logFile(stack.folder, 'server'), 'utf8')).toContain('server was ended by SIGKILL')
})

test('another revision replaces a running process, and leaves its neighbours alone', async () => {
  await up(await answering('server'), await answering('neighbour'))
  const neighbour = processOf('neighbour')!.process!.pid
  await up(await answering('server', { says: 'hello again' }))
  expect(story().slice(-2)).toEqual(['server bye', 'server hello again'])
  expect(processOf('neighbour')!.process!.pid).toBe(neighbour)
})

test('one that keeps dying is reported with the end of its log', async () => {
  const spec = processSpec({
    ...(await answering('server')),
    command: ['sh', '-c', 'echo "no such table" >&2; exit 3'],
  })
  const failure = await up(spec).catch((error: unknown) => error)
  expect(failure).toMatchObject({ message: expect.stringContaining('server keeps dying (it last exited with 3)') })
  expect(failure).toMatchObject({ details: expect.stringContaining('no such table') })
})

test('a killed supervisor is succeeded: what it left running is ended and started anew', async () => {
  const spec = await answering('server')
  await up(spec)
  const before = processOf('server')!.process!
  const supervisor = runningSupervisor(stack)!.supervisor
  process.kill(supervisor.pid, 'SIGKILL')
  await expect.poll(() => isAlive(supervisor), { timeout: 60_000 }).toBe(false)
  expect(leftRunning(stack).map((one) => one.name)).toEqual(['server'])
  expect(isAlive(before)).toBe(true)
  await up(spec)
  expect(isAlive(before)).toBe(false)
  expect(story()).toEqual(['server hello', 'server bye', 'server hello'])
})

test('what a killed supervisor left running can be stopped', async () => {
  await up(await answering('server'))
  const before = processOf('server')!.process!
  process.kill(runningSupervisor(stack)!.supervisor.pid, 'SIGKILL')
  await expect.poll(() => runningSupervisor(stack), { timeout: 60_000 }).toBeUndefined()
  expect(await stopAll(stack)).toBe(true)
  expect(isAlive(before)).toBe(false)
})
