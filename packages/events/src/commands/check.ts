import { isDeepStrictEqual } from 'node:util'
import { compareSchemas } from '../evolution/compare.ts'
import { refusals } from '../evolution/judge.ts'
import { changeLines, indented, refusalLines } from '../evolution/report.ts'
import { damage } from '../released/damage.ts'
import { rewritten } from '../released/history.ts'
import type { Registered } from './registry.ts'
import { registeredVersions, type Standing, standings } from './standing.ts'
import { whichRegistry } from './which-registry.ts'

/** `contracts check`: every schema against every version that was ever published, in git and in the registry. */
export async function check({ registry: isWanted }: { registry: boolean }): Promise<number> {
  const contracts = standings()
  const asked = await whichRegistry(isWanted)
  const registered = asked.registry
    ? await registeredVersions(asked.registry, contracts)
    : new Map<string, Registered[]>()
  const problems = contracts.flatMap((contract) => [
    ...contractProblems(contract, registered.get(contract.topic) ?? []),
    ...contract.released.flatMap(damage),
  ])
  const changed = rewritten()
  for (const { path, commit } of changed ?? []) {
    const file = `packages/events/released/${path}`
    problems.push(`${file} is not what was released: git checkout ${commit} -- ${file}`)
  }

  const today = contracts.filter(({ source }) => source).length
  const versions = contracts.reduce((sum, { released }) => sum + released.length, 0)
  const inRegistry = [...registered.values()].reduce((sum, { length }) => sum + length, 0)
  if (problems.length > 0) console.error(`${problems.join('\n')}\n`)
  const out = problems.length > 0 ? console.error : console.log
  out(
    `git: ${today} contracts, ${versions} released versions${changed ? '' : '; whether they were ever rewritten, no git could say'}`,
  )
  out(`registry: ${asked.registry ? `${asked.registry.url}, ${inRegistry} versions` : asked.why}`)
  out(problems.length > 0 ? 'Not in order.' : 'Every contract reads, and is read by, every version of it.')
  return problems.length > 0 ? 1 : 0
}

/** What is wrong with a contract of today, as text; a retired one has nothing to be wrong. */
export function contractProblems({ topic, consumers, source, released }: Standing, registered: Registered[]): string[] {
  const problems: string[] = []
  const missing = released.findIndex(({ version }, i) => version !== i + 1)
  if (missing >= 0) problems.push(`${topic}: its released version v${missing + 1} is missing`)
  if (!source) return problems

  const history = [
    ...registered.map(({ version, schema }) => ({ name: `version ${version} of the registry`, schema })),
    ...released.map(({ version, schema }) => ({ name: `v${version}`, schema })),
  ]
  const refused = refusals(source.schema, history)
  if (refused.length > 0) {
    return [...problems, [`${topic}: refused`, ...indented(refusalLines(refused, { consumers }), 2)].join('\n')]
  }
  const newest = released.at(-1)
  if (!newest || !isDeepStrictEqual(newest.schema, source.schema)) {
    const changes = newest ? changeLines(compareSchemas(newest.schema, source.schema), { consumers }) : []
    problems.push([`${topic}: not released yet: run pnpm contracts release`, ...indented(changes, 2)].join('\n'))
  }
  return problems
}
