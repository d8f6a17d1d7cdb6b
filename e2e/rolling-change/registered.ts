import { testStack } from '@firstcome/testing'

const versionsOf = (subject: string) => `${testStack().registryUrl}/subjects/${subject}/versions`

/** The schema id of each version that the registry has of a subject, by the version's number. */
export async function registered(subject: string): Promise<Map<number, number>> {
  const numbers = (await (await fetch(versionsOf(subject))).json()) as number[]
  const ids = new Map<number, number>()
  for (const number of numbers) {
    const version = (await (await fetch(`${versionsOf(subject)}/${number}`)).json()) as { id: number }
    ids.set(number, version.id)
  }
  return ids
}

/**
 * Takes versions out of a subject that only a test meant. Their ids stay known, so what was written with them is read as
 * before; whoever registers the next version does not have to get on with them.
 */
export async function retire(subject: string, versions: Iterable<number>): Promise<void> {
  for (const version of versions) {
    const { ok, status } = await fetch(`${versionsOf(subject)}/${version}`, { method: 'DELETE' })
    if (!ok) throw new Error(`version ${version} of ${subject} could not be retired: ${status}`)
  }
}
