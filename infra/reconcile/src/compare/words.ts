/** As people and databases write it. */
export const time = (at: number | null) => (at === null ? 'never' : new Date(at).toISOString())

/** What two books say of the same thing, where it is not the same: `amount 300 and 301`; '' where there is no such thing. `terms`: by name. */
export function termsThatDiffer<Name extends string>(
  one: { [name in Name]: number | string | null },
  other: { [name in Name]: number | string | null },
  terms: Record<string, Name>,
): string {
  const said = (name: Name, value: number | string | null) =>
    name.endsWith('At') && typeof value === 'number' ? time(value) : String(value)
  return Object.entries(terms)
    .filter(([, name]) => one[name] !== other[name])
    .map(([term, name]) => `${term} ${said(name, one[name])} and ${said(name, other[name])}`)
    .join(', ')
}
