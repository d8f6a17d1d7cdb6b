import { testStack } from '@firstcome/testing'
import { mark } from './versions.ts'

const versionsOf = (subject: string) => `${testStack().registryUrl}/subjects/${subject}/versions`

interface Version {
  version: number
  id: number
  schema: string
}

/** Every version that the registry has of a subject, oldest first. */
export async function registered(subject: string): Promise<Version[]> {
  const numbers = (await (await fetch(versionsOf(subject))).json()) as number[]
  const found = numbers.map(async (number) => (await fetch(`${versionsOf(subject)}/${number}`)).json())
  return (await Promise.all(found)) as Version[]
}

/**
 * Takes the versions out of a subject that only this test meant, those of a run that was killed too. Their ids stay known, so
 * what was written with them is read as before; whoever registers the next version need not get on with them.
 */
export async function retireTestVersions(subject: string): Promise<void> {
  for (const { version, schema } of await registered(subject)) {
    if (!schema.includes(mark)) continue
    const { ok, status } = await fetch(`${versionsOf(subject)}/${version}`, { method: 'DELETE' })
    if (!ok) throw new Error(`version ${version} of ${subject} could not be retired: ${status}`)
  }
}
