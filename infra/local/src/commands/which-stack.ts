import type { StackName } from '../stack.ts'
import { UsageError } from './usage-error.ts'

/** The stack a command is about: the local one, unless `--test` or FIRSTCOME_STACK_NAME=test says otherwise. */
export function whichStack({ test = false }: { test?: boolean }): StackName {
  const wanted = process.env.FIRSTCOME_STACK_NAME
  if (wanted !== undefined && wanted !== 'local' && wanted !== 'test') {
    throw new UsageError(`FIRSTCOME_STACK_NAME=${wanted}: expected local or test`)
  }
  return test ? 'test' : (wanted ?? 'local')
}
