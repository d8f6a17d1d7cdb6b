import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../paths.ts'
import { stack as define, type Stack } from '../stack.ts'
import { dropReleases, releasesOf } from './folder.ts'
import { noteRunning, previousRelease } from './history.ts'
import { release } from './release.ts'

const service = 'coupon-api'
let folder: string
let local: Stack

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'releases-'))
  local = { ...define('local'), folder: join(folder, 'local') }
})
afterEach(() => rmSync(folder, { recursive: true }))

function artifact(files: Record<string, string>): string {
  const made = mkdtempSync(join(folder, 'artifact-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(made, name)), { recursive: true })
    writeFileSync(join(made, name), content)
  }
  return made
}

test('a release is a copy that no later build changes', () => {
  const dist = artifact({ 'main.js': 'first', 'migrations/0001.sql': 'create' })
  const { folder: copy } = release(local, service, dist)
  writeFileSync(join(dist, 'main.js'), 'second')
  expect(readFileSync(join(copy, 'main.js'), 'utf8')).toBe('first')
  expect(readFileSync(join(copy, 'migrations/0001.sql'), 'utf8')).toBe('create')
})

test('its revision follows from names and contents, of every file', () => {
  const revision = (files: Record<string, string>) => release(local, service, artifact(files)).revision
  const first = revision({ 'main.js': 'a', 'migrations/0001.sql': 'b' })
  expect(revision({ 'migrations/0001.sql': 'b', 'main.js': 'a' })).toBe(first)
  expect(revision({ 'main.js': 'a', 'migrations/0001.sql': 'c' })).not.toBe(first)
  expect(revision({ 'main.js': 'a', 'migrations/0002.sql': 'b' })).not.toBe(first)
})

test('what an artifact links to is copied as well', () => {
  const native = join(artifact({ 'snappy.node': 'machine code' }), 'snappy.node')
  const dist = artifact({ 'main.js': '' })
  symlinkSync(native, join(dist, 'snappy.node'))
  const { folder: copy } = release(local, service, dist)
  rmSync(native)
  expect(readFileSync(join(copy, 'snappy.node'), 'utf8')).toBe('machine code')
})

test('the running release and the one before it are kept', () => {
  const [one, two, three] = ['one', 'two', 'three'].map((main) => {
    const made = release(local, service, artifact({ 'main.js': main }))
    noteRunning(local, made)
    return made
  })
  expect(readdirSync(releasesOf(local, service)).sort()).toEqual(
    [two!.revision, three!.revision, 'history.json'].sort(),
  )
  expect(existsSync(one!.folder)).toBe(false)
  expect(previousRelease(local, service)).toBe(two!.folder)
})

test('the same build once more changes nothing, the way back stays', () => {
  const running = (from: string) => {
    const made = release(local, service, from)
    noteRunning(local, made)
    return made.folder
  }
  const one = running(artifact({ 'main.js': 'one' }))
  const two = running(artifact({ 'main.js': 'two' }))
  running(two)
  expect(previousRelease(local, service)).toBe(one)
  expect(running(one)).toBe(one)
  expect(previousRelease(local, service)).toBe(two)
})

test.each([
  ['a folder without main.js', { 'index.js': '' }, /is no artifact: it has no main.js/],
  [
    'an artifact of another service',
    { 'main.js': '', 'package.json': '{ "name": "order-service" }' },
    /of order-service, not of coupon-api/,
  ],
])('%s is refused', (_what, files, words) => {
  expect(() => release(local, service, artifact(files))).toThrow(words)
})

test('releases of the test stack are outside the workspace, and go with it', () => {
  const stack = { ...define('test'), folder: join(folder, 'test') }
  mkdirSync(stack.folder)
  const { folder: copy } = release(stack, service, artifact({ 'main.js': '' }))
  expect(copy.startsWith(root)).toBe(false)
  dropReleases(stack.folder)
  expect(existsSync(copy)).toBe(false)
  expect(existsSync(join(stack.folder, 'releases'))).toBe(false)
})
