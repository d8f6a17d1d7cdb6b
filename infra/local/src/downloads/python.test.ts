import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportTo } from '../progress.ts'
import { run } from '../system/run.ts'
import { type PythonTools, pythonTools } from './python.ts'

const cache = mkdtempSync(join(tmpdir(), 'python-'))
const requirements = join(cache, 'requirements.txt')
const wheel = join(cache, 'greeting-1.0-py3-none-any.whl')
let failure: unknown
let first: PythonTools
let second: PythonTools

beforeAll(async () => {
  reportTo(process.stderr)
  writeFileSync(requirements, `${wheel}\n`)
  // The package is not there yet, so the first attempt leaves an environment without it.
  failure = await pythonTools(requirements, { cache }).catch((error: unknown) => error)
  await run(['python3', '-c', makeWheel, wheel])
  const both = await Promise.all([pythonTools(requirements, { cache }), pythonTools(requirements, { cache })])
  first = both[0]
  second = both[1]
}, 120_000)
afterAll(() => rmSync(cache, { recursive: true, force: true }))

/** A package of its own, so that the test needs no network: one module, and a program that calls it. */
const makeWheel = `
import sys, zipfile
info = 'greeting-1.0.dist-info/'
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('greeting.py', 'def main():\\n    print("hello")\\n')
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: greeting\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'entry_points.txt', '[console_scripts]\\ngreet = greeting:main\\n')
    wheel.writestr(info + 'RECORD', '')
`

test('the programs of the packages run', async () => {
  expect((await run([first.bin('greet')])).trim()).toBe('hello')
  expect((await run([first.python, '-c', 'import greeting; greeting.main()'])).trim()).toBe('hello')
})

test('two who ask at once get one environment, and it is kept for the next', async () => {
  expect(second.folder).toBe(first.folder)
  const made = statSync(join(first.folder, 'pyvenv.cfg')).mtimeMs
  expect((await pythonTools(requirements, { cache })).folder).toBe(first.folder)
  expect(statSync(join(first.folder, 'pyvenv.cfg')).mtimeMs).toBe(made)
})

test('packages that are not to be had are named, and the next attempt begins anew', () => {
  expect(failure).toMatchObject({
    details: expect.stringContaining('greeting-1.0'),
    advice: expect.stringContaining('PyPI'),
  })
  expect(existsSync(first.bin('greet'))).toBe(true)
})
