import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { root, toolPath } from '../paths.ts'
import { countTests, describeFailures } from './test-reports.ts'

/** What is counted of a package with these test files, once vitest has run them. */
async function counted(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'test-reports-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const report = ['--reporter=json', '--outputFile', join(folder, 'test-results/vitest.json')]
  const env = { PATH: toolPath, HOME: process.env.HOME }
  // Ends with 1 where a test failed, which is what the report is about.
  await promisify(execFile)('vitest', ['run', '--globals', '--root', folder, ...report], { cwd: root, env }).catch(
    () => {},
  )
  return countTests({ name: 'a package', folder })
}

const passing = `test('passes', () => {})`

test('only what has passed counts as passed: not what was skipped, nor what a failed hook kept from running', async () => {
  const count = await counted({
    'a.test.js': `${passing}; test('fails', () => { throw new Error('on purpose') }); test.skip('is skipped', () => {})`,
    'hook.test.js': `beforeAll(() => { throw new Error('no bench') }); test('needs a bench', () => {})`,
  })
  expect(count).toMatchObject({ passed: 1, failed: 3 })

  const said = describeFailures([count])
  expect(said).toContain('a package a.test.js: fails\n    Error: on purpose\n')
  expect(said).toMatch(/a\.test\.js: is skipped\n {4}was \w+;/)
  expect(said).toMatch(/hook\.test\.js: needs a bench\n {4}was \w+; if a hook failed, the output/)
})

test('a file that cannot be loaded fails its package, and says why', async () => {
  const count = await counted({ 'a.test.js': passing, 'b.test.js': `throw new Error('not to be loaded')` })
  expect(count).toMatchObject({ passed: 1, failed: 1, reason: 'failed outside its tests' })
  expect(describeFailures([count])).toMatch(/b\.test\.js: the file\n.*not to be loaded/)
})

test('a package without tests, or without a report, fails', async () => {
  expect(await counted({})).toMatchObject({ passed: 0, failed: 1 })
  const folder = join(tmpdir(), 'no-such-folder')
  expect(countTests({ name: 'a package', folder })).toMatchObject({ passed: 0, failed: 1, reason: 'left no report' })
})

test('nothing is said where everything has passed', async () => {
  const count = await counted({ 'a.test.js': passing })
  expect(count).toMatchObject({ passed: 1, failed: 0 })
  expect(describeFailures([count])).toBe('')
})
