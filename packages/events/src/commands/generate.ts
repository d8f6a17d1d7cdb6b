/**
 * Writes what follows from the contracts: `src/generated` from `schemas/<domain>/<topic>.avsc` (one file per event with its
 * interface and its schema) and the topology in `docs/architecture.md` from the catalogue.
 * With `--check` it writes nothing and exits 1 when a file differs.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { renderContract, renderIndex } from '../generate/render.ts'
import { readSources } from '../released/sources.ts'

const root = new URL('../../../../', import.meta.url).pathname
const generated = new URL('../generated/', import.meta.url).pathname
const architecture = join(root, 'docs/architecture.md')
const check = process.argv.includes('--check')

const contracts = readSources().map(({ path, schema }) => renderContract(path, schema))

const wanted = new Map(contracts.map(({ file, text }) => [join(generated, file), text]))
wanted.set(join(generated, 'index.ts'), renderIndex(contracts))

mkdirSync(generated, { recursive: true })
const drifted = apply(wanted)
const retired = readdirSync(generated)
  .map((file) => join(generated, file))
  .filter((path) => !wanted.has(path))
if (!check) for (const path of retired) rmSync(path)

// Imported only now: the catalogue is built on the files written above.
const { withTopology } = await import('../generate/topology.ts')
drifted.push(...retired, ...apply(new Map([[architecture, withTopology(readFileSync(architecture, 'utf8'))]])))

if (check && drifted.length > 0) {
  const paths = drifted.map((path) => relative(root, path)).join(', ')
  console.error(`differs from the contracts: ${paths}. Run: npm run generate`)
  process.exit(1)
}
console.log(`contracts: ${contracts.length} events, ${check ? 'up to date' : `${drifted.length} files written`}`)

/** Answers the paths whose text differs, and writes them unless only a check was asked for. */
function apply(files: Map<string, string>): string[] {
  const differing = [...files].filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
  if (!check) for (const [path, text] of differing) writeFileSync(path, text)
  return differing.map(([path]) => path)
}
