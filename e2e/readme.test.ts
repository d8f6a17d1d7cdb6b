import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { examplesOf, judge } from './readme/blocks.ts'

const root = join(import.meta.dirname, '..')
const examples = examplesOf(readFileSync(join(root, 'README.md'), 'utf8'))

test('the README has examples, and says what they give', () => {
  expect(examples.length).toBeGreaterThanOrEqual(2)
  for (const { line, expected } of examples) expect(expected.length, `README.md:${line}`).toBeGreaterThan(0)
})

/**
 * Pasted as printed, each block into a shell of its own, as a reader would who starts with any of them. Only the address
 * differs, because the tests have a gateway of their own.
 */
test.each(examples)('the example in line $line of the README gives what it says', async (example) => {
  const script = example.script.replaceAll(/http:\/\/(localhost|127\.0\.0\.1):8080/g, testStack().gatewayUrl)
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    cwd: root,
    env: { ...process.env, FIRSTCOME_STACK_NAME: 'test' },
    timeout: 60_000,
  })

  expect(judge(example, stdout), stdout).toEqual([])
})
