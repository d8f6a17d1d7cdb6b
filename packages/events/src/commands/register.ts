/**
 * Registers every contract of the catalogue as `<topic>-value`, FULL_TRANSITIVE. Safe to repeat.
 * Environment: SCHEMA_REGISTRY_URL (base URL of the Confluent-compatible API).
 */
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { catalogue } from '../catalogue.ts'

const registryUrl = process.env.SCHEMA_REGISTRY_URL
if (!registryUrl) {
  console.error('SCHEMA_REGISTRY_URL is not set')
  process.exit(78)
}

const compatibility = COMPATIBILITY.FULL_TRANSITIVE
const registry = new SchemaRegistry({ host: registryUrl })
let refused = 0

for (const { subject, schema } of catalogue) {
  try {
    const { id } = await registry.register(
      { type: SchemaType.AVRO, schema: JSON.stringify(schema) },
      { subject, compatibility },
    )
    await requireLevel(subject)
    console.log(`${subject.padEnd(32)} id ${id}`)
  } catch (error) {
    refused += 1
    console.error(`${subject.padEnd(32)} refused: ${(error as Error).message}`)
  }
}
process.exitCode = refused === 0 ? 0 : 1

/** The client sets the level only after the first registration: a crash in between would leave the default one. */
async function requireLevel(subject: string): Promise<void> {
  const url = `${registryUrl}/config/${subject}`
  const config = await fetch(url)
  if (config.ok && ((await config.json()) as { compatibilityLevel?: string }).compatibilityLevel === compatibility)
    return
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ compatibility }),
  })
  if (!answer.ok) throw new Error(`the compatibility level could not be set: ${answer.status} ${await answer.text()}`)
}
