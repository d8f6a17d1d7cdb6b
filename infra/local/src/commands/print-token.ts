import { parseArgs } from 'node:util'
import { token } from '../keys.ts'
import { stack } from '../stack.ts'
import { UsageError } from './usage-error.ts'
import { whichStack } from './which-stack.ts'

/** Prints a bearer token for a user and nothing else, so that `$(npm run -s token -- 42)` is one. */
export async function printToken(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { admin: { type: 'boolean', default: false }, test: { type: 'boolean', default: false } },
  })
  const [userId] = positionals
  if (positionals.length !== 1 || !/^[1-9]\d*$/.test(userId!) || !Number.isSafeInteger(Number(userId))) {
    throw new UsageError('Usage: npm run -s token -- <user id, a whole number> [--admin]')
  }
  process.stdout.write(`${await token(stack(whichStack(values)), userId!, { admin: values.admin })}\n`)
  return 0
}
