import { randomBytes } from 'node:crypto'

/** A prefix for the topics, groups and keys of one test file, so that files can run side by side and after each other. */
export function testPrefix(): string {
  return `t${randomBytes(4).toString('hex')}.`
}
