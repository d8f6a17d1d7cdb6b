import { compareSchemas } from '../evolution/compare.ts'
import { changeLines, indented } from '../evolution/report.ts'
import type { AvroSchema } from '../evolution/schema.ts'
import { registeredVersions, standings } from './standing.ts'
import { whichRegistry } from './which-registry.ts'

/** `contracts diff [topic]`: today's schema against the newest released, and against the registry's newest. */
export async function diff(topic: string | undefined, { registry: isWanted }: { registry: boolean }): Promise<number> {
  const contracts = standings(topic)
  const asked = await whichRegistry(isWanted)
  const registered = asked.registry ? await registeredVersions(asked.registry, contracts) : undefined
  for (const { topic: name, source, consumers, released } of contracts) {
    console.log(source ? name : `${name}: retired, it has no schema any more`)
    if (!source) continue
    const since = (version: string, schema: AvroSchema) => {
      const changes = changeLines(compareSchemas(schema, source.schema), { consumers })
      console.log(`  since ${version}: ${changes.length === 0 ? 'nothing' : ''}`.trimEnd())
      if (changes.length > 0) console.log(indented(changes).join('\n'))
    }
    const newest = released.at(-1)
    if (newest) since(`v${newest.version}`, newest.schema)
    else console.log('  never released')
    const held = registered?.get(name)?.at(-1)
    if (held) since(`version ${held.version} of the registry`, held.schema)
    else if (registered) console.log('  never registered there')
  }
  console.log(`registry: ${asked.registry?.url ?? ('why' in asked ? asked.why : '')}`)
  return 0
}
