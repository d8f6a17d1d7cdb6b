import { isDeepStrictEqual } from 'node:util'
import { compareSchemas } from '../evolution/compare.ts'
import { changeLines, indented } from '../evolution/report.ts'
import { additions } from '../released/history.ts'
import { registeredVersions, standings } from './standing.ts'
import { WrongUsage } from './usage.ts'
import { whichRegistry } from './which-registry.ts'

/** `contracts history <topic>`: each released version, when it came into git, its id in the registry, and what it changed. */
export async function history(
  topic: string | undefined,
  { registry: isWanted }: { registry: boolean },
): Promise<number> {
  if (topic === undefined) throw new WrongUsage('Of which topic? contracts history <topic>')
  const contracts = standings(topic)
  const { released, source, consumers } = contracts[0]!
  const asked = await whichRegistry(isWanted)
  const registered = asked.registry ? (await registeredVersions(asked.registry, contracts)).get(topic)! : undefined
  const added = additions()

  console.log(
    `${topic}: ${released.length === 1 ? '1 version' : `${released.length} versions`}${source ? '' : ', retired'}`,
  )
  for (const [i, { version, schema }] of released.entries()) {
    const held = registered?.find((one) => isDeepStrictEqual(one.schema, schema))
    const addition = added?.get(`${topic}/v${version}.avsc`)
    const when = addition ? `${addition.date} in ${addition.commit}` : added ? 'not committed yet' : 'no git to ask'
    const id = registered && (held ? `registered, id ${held.id}` : 'not registered')
    console.log(`  ${[`v${version}`, when, id].filter(Boolean).join(', ')}`)
    const before = released[i - 1]
    if (!before) console.log(`    begins with ${schema.fields.map(({ name }) => `\`${name}\``).join(', ')}`)
    else console.log(indented(changeLines(compareSchemas(before.schema, schema), { consumers })).join('\n'))
  }
  if (source && !isDeepStrictEqual(released.at(-1)?.schema, source.schema)) {
    console.log('  today: not released yet (pnpm contracts diff, pnpm contracts release)')
  }
  for (const { version, id, schema } of registered ?? []) {
    if (released.some((one) => isDeepStrictEqual(one.schema, schema))) continue
    console.log(`  only in the registry: its version ${version}, id ${id}`)
  }
  console.log(`registry: ${asked.registry?.url ?? ('why' in asked ? asked.why : '')}`)
  return 0
}
