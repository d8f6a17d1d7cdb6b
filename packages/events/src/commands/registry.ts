import type { AvroSchema } from '../evolution/schema.ts'

export const LEVEL = 'FULL_TRANSITIVE'

/** A version of a subject as the registry holds it. */
export interface Registered {
  version: number
  /** The schema's id, which the wire format carries. */
  id: number
  schema: AvroSchema
}

/** The registry did not answer, or not as a registry does. */
export class RegistryAway extends Error {}

/** The registry answered no, in its own words. */
export class RegistryRefusal extends Error {}

const TIMEOUT_MS = 10_000

/** What the commands ask of a registry; they write only by `register` and `requireLevel`. */
export function registryAt(url: string) {
  async function ask(path: string, method = 'GET', body?: unknown): Promise<Response> {
    try {
      return await fetch(`${url}${path}`, {
        method,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    } catch (cause) {
      throw new RegistryAway(`the schema registry at ${url} does not answer`, { cause })
    }
  }

  async function answerOf<T>(response: Response): Promise<T> {
    const text = await response.text()
    if (response.status >= 500) throw new RegistryAway(`the schema registry at ${url} is in trouble: ${text}`)
    if (!response.ok) throw new RegistryRefusal(messageOf(text))
    return JSON.parse(text) as T
  }

  const place = (subject: string) => `/subjects/${encodeURIComponent(subject)}`
  const wrapped = (schema: AvroSchema) => ({ schema: JSON.stringify(schema) })

  return {
    url,

    /** Throws RegistryAway when there is none. */
    async answers(): Promise<void> {
      await answerOf(await ask('/subjects'))
    },

    /** Every version of the subject, oldest first; none when nobody registered it. */
    async versions(subject: string): Promise<Registered[]> {
      const response = await ask(`${place(subject)}/versions`)
      if (response.status === 404) return []
      const numbers = await answerOf<number[]>(response)
      const versions = numbers.map(async (version) => {
        const found = await answerOf<{ id: number; schema: string }>(await ask(`${place(subject)}/versions/${version}`))
        return { version, id: found.id, schema: JSON.parse(found.schema) as AvroSchema }
      })
      return Promise.all(versions)
    },

    /** Its own opinion of a schema, without registering it: undefined, or its objection. */
    async objection(subject: string, schema: AvroSchema): Promise<string | undefined> {
      const path = `/compatibility${place(subject)}/versions?verbose=true`
      const response = await ask(path, 'POST', wrapped(schema))
      // A subject that it does not have has nothing to be incompatible with.
      if (response.status === 404) return undefined
      const answer = await answerOf<{ is_compatible: boolean; messages?: string[] }>(response)
      return answer.is_compatible ? undefined : (answer.messages ?? []).join('; ') || 'incompatible'
    },

    /** Answers the id; a schema that is there already keeps its own. Throws RegistryRefusal. */
    async register(subject: string, schema: AvroSchema): Promise<number> {
      return (await answerOf<{ id: number }>(await ask(`${place(subject)}/versions`, 'POST', wrapped(schema)))).id
    },

    /** Makes the subject one whose versions all read each other; also before its first version, where the registry lets us. */
    async requireLevel(subject: string): Promise<void> {
      const path = `/config/${encodeURIComponent(subject)}`
      const now = await ask(path)
      if (now.ok && (await answerOf<{ compatibilityLevel?: string }>(now)).compatibilityLevel === LEVEL) return
      await answerOf(await ask(path, 'PUT', { compatibility: LEVEL }))
    },
  }
}

export type Registry = ReturnType<typeof registryAt>

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text
  } catch {
    return text
  }
}
