import { delimiter, join, resolve } from 'node:path'

/** The clone's top folder. */
export const root = resolve(import.meta.dirname, '../../..')

/** Everything the local system writes lives below it: state, data, logs, secrets, downloads. Ignored by git. */
export const localFolder = join(root, '.local')

/** Downloads, shared by the stacks. */
export const cacheFolder = join(localFolder, 'cache')

/** The pinned tools (node, turbo, pnpm) come first, whatever the machine has. */
export const toolPath = [join(root, 'node_modules/.bin'), join(localFolder, 'bin'), process.env.PATH ?? ''].join(
  delimiter,
)
