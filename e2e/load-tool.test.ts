import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Ended {
  code: number
  output: string
}

/** `npm run rush` as an operator types it; `until` is called with all it has printed so far, to interrupt it by returning true. */
async function rush(args: string[], until: (output: string) => boolean = () => false): Promise<Ended> {
  const child = spawn('node', ['infra/local/bootstrap.mjs', 'rush', '--test', ...args], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let interrupted = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
      if (interrupted || !until(output)) return
      interrupted = true
      child.kill('SIGINT')
    })
  }
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

test('a rush tells how it was answered, how late outcomes were, and what became of every request, and has the audit prove it', async () => {
  const { code, output } = await rush(['--users', '450', '--stock', '400', '--rate', '300'])

  expect(output).toContain('500 requests of 450 users')
  expect(output).toMatch(/^500 requests: \d+ accepted, \d+ refused at once/m)
  expect(output).toMatch(/^request → answer +p50 [\d.]+ {2}p95 [\d.]+ {2}p99 [\d.]+ {2}max [\d.]+ ms/m)
  expect(output).toMatch(/^request → outcome +p50 .* of those who held the line for it/m)
  expect(output).toMatch(/^accepted → outcome +p50 .* of those who followed the event stream/m)
  expect(output).toMatch(/^every outcome known .* ISSUED.*; 400 coupons$/m)
  expect(output).toMatch(/^held: /m)
  expect(output).toMatch(/^\d+ Rush of .* proved$/m)
  expect(code).toBe(0)
})

test('a rush that is interrupted tells what was seen so far', async () => {
  // Not before somebody was answered: the first line may come while the policy is still being made.
  const answered = / [1-9][\d,]* of 10,000 answered, /
  const { code, output } = await rush(['--users', '9000', '--rate', '100'], (so) => answered.test(so))

  expect(output).toMatch(/^[\d,]+ of 10,000 requests: [\d,]+ accepted/m)
  expect(output).toContain('Interrupted.')
  expect(code).toBe(130)
})

test('a rush on a policy that there is not says so', async () => {
  const { code, output } = await rush(['--policy', '9007199254740991'])

  expect(output).toContain('COUPON_POLICY_NOT_FOUND')
  expect(code).toBe(1)
})
