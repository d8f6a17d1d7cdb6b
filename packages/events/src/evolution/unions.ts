import { type Change, type Compare, change } from './change.ts'
import { type Node, simpleName } from './graph.ts'
import { nodeReads } from './readable.ts'

/** Compares unions branch by branch; what is no union counts as one of a single branch. The order of branches is free. */
export function compareUnions(old: Node, now: Node, path: string, compare: Compare): Change[] {
  const [before, after] = [branchesOf(old), branchesOf(now)]
  const pairs = before.flatMap((branch): [Node, Node][] => {
    const same = after.find((other) => branchKey(other) === branchKey(branch))
    return same ? [[branch, same]] : []
  })
  const removed = before.filter((branch) => !pairs.some(([one]) => one === branch))
  const added = after.filter((branch) => !pairs.some(([, one]) => one === branch))
  const changes = pairs.flatMap(([one, other]) => compare(one, other, path))
  const unreadable = (reader: Node, branches: Node[]) => branches.some((branch) => !nodeReads(reader, branch))

  if (removed.length === 1 && added.length === 1 && !isNull(removed[0]!) && !isNull(added[0]!)) {
    const difference = { kind: 'retyped', before: removed[0]!, after: added[0]! } as const
    const directions = { breaksRecords: unreadable(now, removed), breaksReaders: unreadable(old, added) }
    return [...changes, change(path, difference, { ...directions, houseRule: true })]
  }
  for (const branch of removed) {
    const difference = isNull(branch)
      ? ({ kind: 'made-required' } as const)
      : { kind: 'branch-removed' as const, branch }
    changes.push(change(path, difference, { breaksRecords: unreadable(now, [branch]), houseRule: true }))
  }
  for (const branch of added) {
    const difference = isNull(branch) ? ({ kind: 'made-optional' } as const) : { kind: 'branch-added' as const, branch }
    changes.push(change(path, difference, { breaksReaders: unreadable(old, [branch]), houseRule: true }))
  }
  return changes
}

const branchesOf = (node: Node): Node[] => (node.kind === 'union' ? node.branches : [node])
const isNull = (node: Node): boolean => node.kind === 'scalar' && node.name === 'null'

/** Named types by their name without the namespace: another namespace is a change of that type, not another branch. */
const branchKey = (node: Node): string => ('name' in node ? `${node.kind} ${simpleName(node.name)}` : node.kind)
