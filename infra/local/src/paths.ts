import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/** The clone's top folder. */
export const root = resolve(import.meta.dirname, '../../..')

/** Everything the local system writes lives below it: state, data, logs, secrets, downloads. Ignored by git. */
export const localFolder = join(root, '.local')

/** Downloads, shared by the stacks. */
export const cacheFolder = join(localFolder, 'cache')

/** The pinned tools (node, turbo) come first, whatever the machine has. */
export const toolPath = `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}`

/** Where a package that this one depends on is installed. */
export function packageFolder(name: string, from = import.meta.filename): string {
  return dirname(createRequire(from).resolve(`${name}/package.json`))
}
