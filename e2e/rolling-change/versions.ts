import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cloneTree } from '@firstcome/testing'

const run = promisify(execFile)

/** A field that order-confirmed does not have yet. */
export interface Field {
  name: string
  type: string
  default: unknown
  /** What its producer puts there, when it knows the field. */
  value: unknown
}

/** Artifacts that know the field, and those that were added before it. */
export interface Version {
  /** order-service, which fills it. */
  producer: string
  /** ranking-service, which says in its log what it found. */
  consumer: string
}

/** What these consumers log with each order that they count, as they read it. */
export const found = 'a confirmed order'

/** The description of each such field: how its versions are told from those that are meant. */
export const mark = 'Added by the test of a rolling change.'

/** A clone of this tree in which `order-confirmed` gets one field after the other, as docs/contracts.md has it, and what is built of it. */
export function versionsOf(fields: Field[]): { build(): Promise<Version[]>; remove(): void } {
  const { folder, remove } = cloneTree()
  const edit = (path: string, change: (text: string) => string) => {
    const before = readFileSync(join(folder, path), 'utf8')
    const after = change(before)
    if (after === before) throw new Error(`${path} is not as this test knows it`)
    writeFileSync(join(folder, path), after)
  }
  const node = (args: string[], cwd = folder) => run(process.execPath, args, { cwd })

  async function artifact(app: string, nth: number): Promise<string> {
    const to = join(folder, 'artifacts', `${app}-${nth}`)
    await node(['../../infra/build/src/main.ts', to], join(folder, 'apps', app))
    return to
  }

  async function build(): Promise<Version[]> {
    const versions: Version[] = []
    edit(counting, (text) =>
      text.replace(
        'async (messages, { log }) => {',
        `$& for (const { value } of messages) log.info({ order: value }, '${found}')`,
      ),
    )
    for (const [nth, { value, ...field }] of fields.entries()) {
      edit('packages/events/schemas/orders/order-confirmed.avsc', (text) => {
        const schema = JSON.parse(text)
        schema.fields.push({ ...field, doc: mark })
        return `${JSON.stringify(schema, null, 2)}\n`
      })
      await node(['packages/events/src/commands/generate.ts'])
      await node(['packages/events/src/commands/contracts.ts', 'release'])
      edit(confirming, (text) =>
        text.replace(
          /event: (?:settled|\{ \.\.\.settled(.*) \}) \}/,
          (_, more = '') => `event: { ...settled${more}, ${field.name}: ${JSON.stringify(value)} } }`,
        ),
      )
      const [order, ranking] = await Promise.all([artifact('order-service', nth), artifact('ranking-service', nth)])
      versions.push({ producer: order, consumer: ranking })
    }
    return versions
  }
  return { build, remove }
}

const confirming = 'apps/order-service/src/orders/confirm.ts'
const counting = 'apps/ranking-service/src/board/on-order-confirmed.ts'
