/**
 * Writes the reference documents: `docs/asyncapi.yaml` from the catalogue, `docs/openapi.yaml` from the routes of the
 * services. With `--check` it writes nothing and exits 1 when a file differs.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderAsyncapi } from '../asyncapi/document.ts'
import { renderOpenapi } from '../openapi/document.ts'

const root = new URL('../../../../', import.meta.url).pathname
const documents = new Map([
  ['docs/asyncapi.yaml', renderAsyncapi()],
  ['docs/openapi.yaml', renderOpenapi()],
])
const check = process.argv.includes('--check')

const differing = [...documents].filter(([path, text]) => {
  const target = join(root, path)
  return !existsSync(target) || readFileSync(target, 'utf8') !== text
})
if (!check) for (const [path, text] of differing) writeFileSync(join(root, path), text)

if (check && differing.length > 0) {
  console.error(`differs from its source: ${differing.map(([path]) => path).join(', ')}. Run: npm run generate`)
  process.exitCode = 1
} else console.log(`reference: ${documents.size} documents, ${differing.length} written`)
