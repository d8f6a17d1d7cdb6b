import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { enrol, identify, isAlive, LockHeldError, liveOwners, lock, owner } from './ownership.mjs'

const folders: string[] = []
const children: ChildProcess[] = []

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ownership-'))
  folders.push(folder)
  return folder
}

async function sleeper(): Promise<ChildProcess & { pid: number }> {
  const child = spawn('sleep', ['60'])
  children.push(child)
  await once(child, 'spawn')
  return child as ChildProcess & { pid: number }
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

test('a process is itself until it ends', async () => {
  const child = await sleeper()
  const recorded = owner(child.pid, 'sleeping')
  expect(isAlive(recorded)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isAlive(recorded)).toBe(false)
  expect(identify(child.pid)).toBeUndefined()
})

test('another process under the same pid is somebody else', async () => {
  const child = await sleeper()
  const [boot] = identify(child.pid)!.split(':')
  expect(isAlive({ pid: child.pid, identity: `${boot}:1` })).toBe(false)
})

test('a lock is held by one, and free again once released', async () => {
  const folder = temporaryFolder()
  const release = await lock(folder, { what: 'the first' })
  await expect(lock(folder, { waitMs: 0 })).rejects.toThrow(LockHeldError)
  await expect(lock(folder, { waitMs: 0 })).rejects.toThrow(`process ${process.pid} (the first)`)
  release()
  const again = await lock(folder, { waitMs: 0 })
  again()
  expect(readdirSync(folder)).toEqual([])
})

test('whoever waits for a lock is told for whom, once, and gets it', async () => {
  const folder = temporaryFolder()
  const release = await lock(folder, { what: 'the first' })
  const told: string[] = []
  const waiting = lock(folder, {
    onWait: (holder) => {
      told.push(holder.what)
      release()
    },
  })
  await waiting
  expect(told).toEqual(['the first'])
})

test('the lock of a dead process is free', async () => {
  const folder = temporaryFolder()
  const child = await sleeper()
  writeFileSync(join(folder, 'dead.owner'), JSON.stringify(owner(child.pid, 'soon dead')))
  await expect(lock(folder, { waitMs: 0 })).rejects.toThrow(LockHeldError)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const release = await lock(folder, { waitMs: 0 })
  release()
})

test('of many who want a lock at the same time, one has it at a time', async () => {
  const folder = temporaryFolder()
  let holders = 0
  const seen: number[] = []
  const one = async () => {
    const release = await lock(folder)
    holders += 1
    seen.push(holders)
    await new Promise((resolve) => setImmediate(resolve))
    holders -= 1
    release()
  }
  await Promise.all(Array.from({ length: 8 }, one))
  expect(seen).toEqual(Array(8).fill(1))
})

test('those enrolled in a folder are listed without oneself and without the dead', async () => {
  const folder = temporaryFolder()
  const mine = enrol(folder, 'me')
  enrol(folder, 'me again')
  writeFileSync(
    join(folder, 'dead.owner'),
    JSON.stringify({ pid: process.pid, identity: 'another boot:1', what: 'dead' }),
  )
  expect(liveOwners(folder, mine).map((one) => one.what)).toEqual(['me again'])
})
