import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pageParts } from '../../../gateway/api-docs.ts'
import { root } from '../paths.ts'
import type { Stack } from '../stack.ts'
import { writeFileAtomic } from '../system/json-file.ts'

const ours = join(root, 'infra/gateway/api-docs')
const ui = join(root, 'infra/reference/node_modules/swagger-ui-dist')

export const apiDocsFolder = (stack: Stack) => join(stack.folder, 'api-docs')

/**
 * Puts what the gateway shows below `/api/docs` into one folder: the page, what it is made of, and the document. All of them may
 * be read by anybody: in a container nginx is a user of its own. A gateway that runs shows them from then on.
 */
export function prepareApiDocs(folder: string): void {
  const { version }: { version: string } = JSON.parse(readFileSync(join(ui, 'package.json'), 'utf8'))
  const parts = `${pageParts}${version}`
  const files = {
    [`${parts}/swagger-ui-bundle.js`]: join(ui, 'swagger-ui-bundle.js'),
    [`${parts}/swagger-ui.css`]: join(ui, 'swagger-ui.css'),
    [`${parts}/favicon-32x32.png`]: join(ui, 'favicon-32x32.png'),
    [`${parts}/LICENSE.txt`]: join(ui, 'LICENSE'),
    'openapi.yaml': join(root, 'docs/openapi.yaml'),
    'page.js': join(ours, 'page.js'),
  }
  for (const [name, source] of Object.entries(files)) copy(source, join(folder, name))
  const page = readFileSync(join(ours, 'index.html'), 'utf8').replaceAll('"swagger-ui/', `"${parts}/`)
  writeFileAtomic(join(folder, 'index.html'), page, 0o644)

  const wanted = new Set(['index.html', ...Object.keys(files).map((name) => name.split('/')[0])])
  for (const name of readdirSync(folder)) if (!wanted.has(name)) rmSync(join(folder, name), { recursive: true })
}

/** Whole or not at all, as somebody may just be reading it. */
function copy(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 })
  const aside = `${target}.${process.pid}.new`
  copyFileSync(source, aside)
  renameSync(aside, target)
}
