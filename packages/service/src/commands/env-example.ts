import { globSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../config/setting.ts'
import { renderEnvExample } from './render-env-example.ts'

/**
 * Writes `.env.example` from the settings that the apps declare; with `--check` it only says whether it is up to date.
 * An app takes part by exporting `settings` from `src/config.ts`.
 */
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const target = join(root, '.env.example')

const readers = new Map<string, Settings>()
for (const file of globSync('apps/*/src/config.ts', { cwd: root }).sort()) {
  const { settings } = (await import(join(root, file))) as { settings?: Settings }
  if (settings === undefined) throw new Error(`${file} does not export \`settings\``)
  readers.set(dirname(dirname(file)).replace('apps/', ''), settings)
}

const wanted = renderEnvExample(readers)
if (!process.argv.includes('--check')) {
  await writeFile(target, wanted)
  console.log('.env.example written')
} else if ((await readFile(target, 'utf8').catch(() => '')) === wanted) {
  console.log('.env.example is up to date')
} else {
  console.error('.env.example is out of date: run `node packages/service/src/commands/env-example.ts`')
  process.exitCode = 1
}
