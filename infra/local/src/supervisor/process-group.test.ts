import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { isAlive, owner } from '../../ownership.mjs'
import { endProcess, remains } from './process-group.ts'

const children: ChildProcess[] = []
const stop = { signal: 'SIGTERM', timeoutMs: 200 } as const

/** A process that leads a session, as everything in a stack does; resolves when its script has printed a line. */
async function leader(
  script: string,
): Promise<{ child: ChildProcess; recorded: ReturnType<typeof owner>; printed: string }> {
  const child = spawn('sh', ['-c', script], { detached: true, cwd: '/tmp', stdio: ['ignore', 'pipe', 'ignore'] })
  children.push(child)
  const [printed] = await once(child.stdout!, 'data')
  return { child, recorded: owner(child.pid), printed: String(printed).trim() }
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

test('a recorded process is ended', async () => {
  const { recorded } = await leader('echo ready; exec sleep 60')
  await endProcess(recorded, '/tmp', stop)
  expect(isAlive(recorded)).toBe(false)
})

test('one that does not listen is killed when its time is up', async () => {
  const { recorded } = await leader('trap "" TERM; echo ready; while :; do sleep 60; done')
  await endProcess(recorded, '/tmp', stop)
  expect(isAlive(recorded)).toBe(false)
})

test('another process that got the recorded pid is left alone', async () => {
  const { child, recorded } = await leader('echo ready; exec sleep 60')
  await endProcess({ pid: recorded.pid, identity: `${recorded.identity}0` }, '/tmp', stop)
  expect(isAlive(recorded)).toBe(true)
  expect(child.signalCode).toBeNull()
})

test('what a killed leader left behind is found and ended', async () => {
  const { child, recorded, printed } = await leader('sleep 60 & echo $!; wait')
  const left = owner(Number(printed))
  // Elsewhere there is no /proc to find it in.
  if (process.platform !== 'linux') return void process.kill(left.pid)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(remains(recorded, '/tmp')).toEqual([left.pid])
  // The same number in another folder is not ours.
  expect(remains(recorded, '/usr')).toEqual([])
  await endProcess(recorded, '/tmp', stop)
  expect(isAlive(left)).toBe(false)
})
