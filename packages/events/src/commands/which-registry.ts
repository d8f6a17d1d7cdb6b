import { type Registry, RegistryAway, registryAt } from './registry.ts'

/** The registry, or why there is none to ask. */
export type Asked = { registry: Registry } | { registry: undefined; why: string }

/** The registry at SCHEMA_REGISTRY_URL, if it answers and nobody said `--no-registry`. */
export async function whichRegistry(isWanted: boolean, url = process.env.SCHEMA_REGISTRY_URL): Promise<Asked> {
  if (!isWanted) return { registry: undefined, why: 'not asked (--no-registry)' }
  if (!url) return { registry: undefined, why: 'not asked (SCHEMA_REGISTRY_URL is not set)' }
  const registry = registryAt(url)
  try {
    await registry.answers()
    return { registry }
  } catch (error) {
    if (!(error instanceof RegistryAway)) throw error
    return { registry: undefined, why: `not asked: ${error.message}` }
  }
}
