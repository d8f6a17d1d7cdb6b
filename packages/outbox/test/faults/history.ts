/** What happened, as it can be read off the log and the database when all is over. */
export interface History {
  sent: readonly Sent[]
  /** In the order in which the database made them. */
  effects: readonly { id: string; member: string }[]
  letters: readonly Letter[]
  /** Ids that can never take effect: exactly these belong on the dead-letter topic. */
  poison?: ReadonlySet<string>
  /** Ids that fail before they succeed: once, but in no order to the others. */
  late?: ReadonlySet<string>
}

/** One record, acknowledged. */
export interface Sent {
  id: string
  partition: number
  offset: number
}

export interface Letter {
  id: string
  /** `topic/partition/offset`, the topic with its prefix. */
  original: string
}

export interface Violation {
  kind:
    | 'lost' // never took effect
    | 'doubled'
    | 'out of order' // after one that follows it in the log
    | 'never sent' // an effect or a letter of nothing
    | 'effect of a poison message'
    | 'no dead letter' // of a poison message
    | 'dead letter of a good message'
    | 'dead letter of another place'
  id: string
}

/**
 * Compares a history with what is promised: each effect once, in the order of its partition; the dead letters are those of the
 * poison messages. A letter may be there twice (a crash between its write and the commit), if both are of the same record.
 */
export function violations({ sent, effects, letters, poison = new Set(), late = new Set() }: History): Violation[] {
  const found: Violation[] = []
  const places = new Map(sent.map((one) => [one.id, one]))
  const counts = new Map<string, number>()
  const highest = new Map<number, number>()

  for (const { id } of effects) {
    const place = places.get(id)
    if (!place) {
      found.push({ kind: 'never sent', id })
      continue
    }
    const count = (counts.get(id) ?? 0) + 1
    counts.set(id, count)
    if (poison.has(id)) found.push({ kind: 'effect of a poison message', id })
    if (count > 1) found.push({ kind: 'doubled', id })
    if (count > 1 || late.has(id)) continue
    const before = highest.get(place.partition) ?? -1
    if (place.offset < before) found.push({ kind: 'out of order', id })
    highest.set(place.partition, Math.max(before, place.offset))
  }

  for (const { id } of sent) if (!counts.has(id) && !poison.has(id)) found.push({ kind: 'lost', id })

  for (const { id, original } of letters) {
    const place = places.get(id)
    if (!place) found.push({ kind: 'never sent', id })
    else if (!poison.has(id)) found.push({ kind: 'dead letter of a good message', id })
    else if (!original.endsWith(`/${place.partition}/${place.offset}`))
      found.push({ kind: 'dead letter of another place', id })
  }
  const parked = new Set(letters.map(({ id }) => id))
  for (const id of poison) if (!parked.has(id)) found.push({ kind: 'no dead letter', id })
  return found
}
