/**
 * What `node main.js` begins with. Source maps apply to files that are loaded after they have been switched on, so the
 * program itself is a file of its own.
 */
export function launcher(file: string): string {
  return `import { setSourceMapsSupport } from 'node:module'

setSourceMapsSupport(true)
await import('./${file}')
`
}
