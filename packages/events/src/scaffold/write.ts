import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { typeOf } from '../evolution/schema.ts'
import { release } from '../released/release.ts'
import type { Plan } from './plan.ts'
import { snapshot } from './snapshot.ts'
import { schemaSource, withDeclaration } from './sources.ts'

const catalogue = 'packages/events/src/catalogue.ts'
/** Where anything is written, by this command or by the generators. */
const touched = [
  'packages/events/schemas',
  'packages/events/released',
  'packages/events/src/generated',
  catalogue,
  'docs',
]

/**
 * Writes the event and all that follows from it; answers the paths of what is new or changed. Leaves nothing behind when it fails.
 * `root` is the clone's top folder.
 */
export async function write(plan: Plan, root: string): Promise<string[]> {
  const path = `${plan.domain}/${plan.topic}.avsc`
  const avsc = schemaSource(plan)
  const schema = JSON.parse(avsc)
  typeOf(schema)
  const source = await formatted(withDeclaration(readFileSync(join(root, catalogue), 'utf8'), plan), root)

  const before = snapshot(root, touched)
  // Ctrl-C ends the generator that runs, and with that this: it has yet to clean up.
  const stay = () => {}
  process.on('SIGINT', stay)
  try {
    writeFileSync(join(root, 'packages/events/schemas', path), avsc, { flag: 'wx' })
    writeFileSync(join(root, catalogue), source)
    release([{ topic: plan.topic, path, schema }], join(root, 'packages/events/released'))
    await node(root, 'infra/local/generate.ts')
    return before.changes()
  } catch (error) {
    before.restore()
    throw error
  } finally {
    process.off('SIGINT', stay)
  }
}

async function node(root: string, file: string): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, file)], { cwd: root }).catch((error) => {
    throw new Error(`${file} failed, and what was written is taken back:\n${error.stderr || error.message}`)
  })
}

/** As `npm run format` would leave it. */
async function formatted(text: string, root: string): Promise<string> {
  const biome = join(root, 'node_modules/.bin/biome')
  const running = promisify(execFile)(biome, ['format', `--stdin-file-path=${catalogue}`], { cwd: root })
  running.child.stdin!.end(text)
  return (await running).stdout
}
