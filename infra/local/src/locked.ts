import { join } from 'node:path'
import { lock } from '../ownership.mjs'
import { say } from './progress.ts'
import type { Stack } from './stack.ts'

/** One command at a time changes a stack; another waits, and says for whom. */
export async function locked<T>(stack: Stack, what: string, work: () => Promise<T>): Promise<T> {
  const release = await lock(join(stack.folder, 'lock'), {
    what,
    onWait: (holder) => say(`  … waiting for process ${holder.pid}, which is ${holder.what} the ${stack.name} system`),
  })
  try {
    return await work()
  } finally {
    release()
  }
}
