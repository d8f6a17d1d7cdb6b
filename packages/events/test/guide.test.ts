import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Clone, cloneTree } from '@firstcome/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Step, stepsOf } from './guide.ts'

const root = resolve(import.meta.dirname, '../../..')
const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const steps = stepsOf(readFileSync(join(root, 'docs/contracts.md'), 'utf8'))
const of = <K extends Step['kind']>(kind: K) =>
  steps.filter((step): step is Extract<Step, { kind: K }> => step.kind === kind)

let clone: Clone
beforeAll(() => {
  clone = cloneTree()
})
afterAll(() => clone.remove())

/** The scripts of package.json as npm and pnpm run them, without the start of npm, which costs more than most of them. */
const programs = `
run() {
  name=$1; shift; if [ "$1" = -- ]; then shift; fi
  case $name in
${Object.entries(scripts)
  .map(([name, script]) => `    ${name}) ${script} "$@" ;;`)
  .join('\n')}
    *) exit 127 ;;
  esac
}
pnpm() { run "$@"; }
npm() { shift; run "$@"; }
npx() { "$@"; }
`

/** In the clone, with no registry that answers. */
async function shell(command: string): Promise<{ exit: number; output: string }> {
  const env = {
    ...process.env,
    PATH: `${join(clone.folder, 'node_modules/.bin')}:${process.env.PATH}`,
    FIRSTCOME_PORT_OFFSET: '45000',
    NODE_COMPILE_CACHE: join(clone.folder, '.local/compiled'),
  }
  const options = { cwd: clone.folder, env }
  return promisify(execFile)('bash', ['-c', `${programs}\n{ ${command}\n} 2>&1`], options).then(
    ({ stdout }) => ({ exit: 0, output: stdout }),
    ({ code, stdout }) => ({ exit: code, output: stdout }),
  )
}

/** As an editor would: the field at the end of the schema's fields, or in the place of the one of its name. */
function edit({ schema, field }: Extract<Step, { kind: 'field' }>): void {
  const path = join(clone.folder, 'packages/events/schemas', schema)
  const written: { fields: { name: string }[] } = JSON.parse(readFileSync(path, 'utf8'))
  const fields = written.fields.filter(({ name }) => name !== field.name)
  writeFileSync(path, `${JSON.stringify({ ...written, fields: [...fields, field] }, null, 2)}\n`)
}

describe('docs/contracts.md', () => {
  test('has steps of every kind', () => {
    expect(of('command').length).toBeGreaterThan(10)
    expect(of('command').filter(({ refused }) => refused).length).toBeGreaterThan(0)
    expect(of('field').length).toBeGreaterThan(2)
    expect(of('elsewhere').length).toBeGreaterThan(10)
  })

  test('can be followed from its first line to its last: every step does what it says', {
    timeout: 300_000,
  }, async () => {
    for (const step of steps) {
      if (step.kind === 'field') edit(step)
      if (step.kind !== 'command') continue
      const { exit, output } = await shell(step.command)
      const said = `docs/contracts.md:${step.line}: ${step.command}\n${output}`
      expect(exit, said).toBe(step.refused ? 1 : 0)
      if (step.refused) expect(output, said).toMatch(/: refused$/m)
    }
  })

  test.each(of('elsewhere'))('names only commands and files that there are, in line $line', ({ command }) => {
    for (const [, script] of command.matchAll(/(?:pnpm|npm run)(?: -s)? ([a-z][\w:]*)/g))
      expect(Object.keys(scripts)).toContain(script)
    for (const [path] of command.matchAll(/[\w-]+(?:\/[\w.-]+)+\.ts/g))
      expect(existsSync(join(root, path)), path).toBe(true)
  })
})
