/**
 * Writes `src/generated` from `schemas/<domain>/<topic>.avsc`: one file per event with its interface and its schema.
 * With `--check` it writes nothing and exits 1 when a file differs.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderContract, renderIndex } from '../generate/render.ts'

const schemas = new URL('../../schemas/', import.meta.url).pathname
const generated = new URL('../generated/', import.meta.url).pathname
const check = process.argv.includes('--check')

const sources = readdirSync(schemas, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.avsc'))
  .sort()
const contracts = sources.map((path) => renderContract(path, JSON.parse(readFileSync(join(schemas, path), 'utf8'))))
const wanted = new Map(contracts.map(({ file, text }) => [file, text]))
wanted.set('index.ts', renderIndex(contracts))

mkdirSync(generated, { recursive: true })
const present = new Map(readdirSync(generated).map((file) => [file, readFileSync(join(generated, file), 'utf8')]))
const drifted = [...new Set([...wanted.keys(), ...present.keys()])].filter(
  (file) => wanted.get(file) !== present.get(file),
)

if (check && drifted.length > 0) {
  console.error(`packages/events/src/generated differs from the schemas: ${drifted.join(', ')}. Run: npm run generate`)
  process.exit(1)
}
if (!check) {
  for (const file of drifted) {
    const text = wanted.get(file)
    if (text === undefined) rmSync(join(generated, file))
    else writeFileSync(join(generated, file), text)
  }
}
console.log(`contracts: ${contracts.length} events, ${check ? 'up to date' : `${drifted.length} files written`}`)
