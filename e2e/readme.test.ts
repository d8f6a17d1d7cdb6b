import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { differences, examplesOf, lastJson, printed } from './readme/blocks.ts'

const root = join(import.meta.dirname, '..')
const examples = examplesOf(readFileSync(join(root, 'README.md'), 'utf8'))

test('the README has examples, and says of most what they give', () => {
  expect(examples.length).toBeGreaterThan(3)
  expect(examples.filter(({ expected }) => expected.length > 0).length).toBeGreaterThan(3)
})

/**
 * All of them in one shell, one after another, as a reader would paste them: variables of one block are there in the
 * next. Only the address differs, because the tests have a gateway of their own.
 */
test('every curl example of the README gives what it says', async () => {
  const separator = '----- the output of the next example -----'
  const script = examples
    .map((one) => one.script)
    .join(`\necho; echo '${separator}'\n`)
    .replaceAll(/http:\/\/(localhost|127\.0\.0\.1):8080/g, testStack().gatewayUrl)
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    cwd: root,
    env: { ...process.env, FIRSTCOME_STACK_NAME: 'test' },
    timeout: 60_000,
  })

  const outputs = stdout.split(separator)
  const wrong = examples.flatMap(({ line, expected }, nth) => {
    const output = outputs[nth] ?? ''
    return expected.flatMap((one) => {
      const found =
        one.kind === 'json'
          ? differences(one.value, lastJson(output))
          : printed(one.text, output)
            ? []
            : [`not printed: ${one.text}`]
      return found.map((text) => `README.md:${line}: ${text}\n${output.trim()}`)
    })
  })
  expect(wrong).toEqual([])
})
