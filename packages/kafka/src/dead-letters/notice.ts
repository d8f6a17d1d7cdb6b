/** What the operator is told of one dead letter. */
export interface Letter {
  /** Group that gave it up and topic it came from, without prefix. */
  group: string
  topic: string
  code: string
  /** Where it is: `<dead-letter topic>/<partition>/<offset>`. */
  place: string
}

interface Kind extends Letter {
  count: number
}

/** Letters not told yet, by kind; its size does not grow with their number. */
export interface Gathered {
  count: number
  /** In the order in which they appeared, each with its first letter's place. */
  kinds: Map<string, Kind>
}

/** A code may be anything that a handler threw, so kinds are bounded: those beyond are counted and not told apart. */
const KINDS_KEPT = 200
/** A notice is for people. */
const KINDS_NAMED = 20
const CODE_LENGTH = 100

export const nothing = (): Gathered => ({ count: 0, kinds: new Map() })

export function gather(into: Gathered, { group, topic, code, place }: Letter, count = 1): void {
  into.count += count
  const letter = { group, topic, code: plain(code), place }
  const name = `${group} ${topic} ${letter.code}`
  const kind = into.kinds.get(name)
  if (kind) kind.count += count
  else if (into.kinds.size < KINDS_KEPT) into.kinds.set(name, { ...letter, count })
}

/** What was taken out and could not be told goes back, before what came since. */
export function together(first: Gathered, then: Gathered): Gathered {
  const all: Gathered = { count: first.count, kinds: new Map(first.kinds) }
  for (const kind of then.kinds.values()) gather(all, kind, kind.count)
  return { ...all, count: first.count + then.count }
}

/** A few lines for a chat channel, the most frequent kinds first. */
export function noticeText({ count, kinds }: Gathered): string {
  const named = [...kinds.values()].toSorted((a, b) => b.count - a.count).slice(0, KINDS_NAMED)
  const lines = named.map(
    ({ group, topic, code, place, count }) => `• ${count} × ${group}, ${topic}: ${code}, for example ${place}`,
  )
  const rest = count - named.reduce((sum, { count }) => sum + count, 0)
  if (rest > 0) lines.push(`• ${rest} × others`)
  return [`${count} dead ${count === 1 ? 'letter' : 'letters'}`, ...lines, 'Look further: pnpm dlt list'].join('\n')
}

/** Chat systems read `<!channel>` and the like as commands. */
const plain = (code: string) => code.replace(/[^\w.:/ -]/g, '_').slice(0, CODE_LENGTH)
