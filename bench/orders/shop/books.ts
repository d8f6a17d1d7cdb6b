/** What was found, by what it says. */
export type Books = Record<string, number>

/** @throws naming each of the wanted figures that was not found, and what was found instead: the measurement is void then */
export function compareBooks(found: Books, wanted: Books): void {
  const wrong = Object.keys(wanted)
    .filter((what) => found[what] !== wanted[what])
    .map((what) => `${what}: ${found[what] ?? 0} instead of ${wanted[what]}`)
  if (wrong.length > 0) throw new Error(`this is void: ${wrong.join('; ')}`)
}
