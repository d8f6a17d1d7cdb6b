import { isDeepStrictEqual } from 'node:util'
import { type Change, type Compare, change } from './change.ts'
import { compareFields } from './fields.ts'
import { type Enumeration, type Fixed, graphOf, type Node, type RecordNode, type Scalar, simpleName } from './graph.ts'
import { nodeReads, resolution } from './readable.ts'
import type { AvroSchema } from './schema.ts'
import { compareUnions } from './unions.ts'

/** Everything that is different between two schemas, from the outside in; nothing when they are equal. */
export function compareSchemas(before: AvroSchema, after: AvroSchema): Change[] {
  if (isDeepStrictEqual(before, after)) return []
  const done = new Set<string>()

  const compare: Compare = (old, now, path) => {
    if (old.kind === 'union' || now.kind === 'union') return compareUnions(old, now, path, compare)
    if (old.kind === 'scalar' && now.kind === 'scalar' && old.name === now.name) return meaning(old, now, path)
    if (old.kind === 'array' && now.kind === 'array') return compare(old.items, now.items, `${path}[]`)
    if (old.kind === 'map' && now.kind === 'map') return compare(old.values, now.values, `${path}{}`)
    if (old.kind === 'enum' && now.kind === 'enum') return [...names(old, now, path), ...symbols(old, now, path)]
    if (old.kind === 'fixed' && now.kind === 'fixed') return [...names(old, now, path), ...size(old, now, path)]
    if (old.kind === 'record' && now.kind === 'record') {
      // A type that is used twice is told once, and one within itself ends.
      const pair = `${old.name} ${now.name}`
      if (done.has(pair)) return []
      done.add(pair)
      return [...names(old, now, path), ...compareFields(old, now, path, compare)]
    }
    return [retyped(old, now, path)]
  }

  const changes = withoutEchoes(compare(graphOf(before), graphOf(after), ''))
  changes.push(...unexplained(before, after, changes))
  return changes.length > 0 ? changes : [change('', { kind: 'wording' })]
}

/** The decoder has the last word, also where ours miss something. */
function unexplained(before: AvroSchema, after: AvroSchema, changes: Change[]): Change[] {
  const { newReadsOld, oldReadsNew } = resolution(before, after)
  const breaksRecords = !newReadsOld && !changes.some((one) => one.breaksRecords)
  const breaksReaders = !oldReadsNew && !changes.some((one) => one.breaksReaders)
  return breaksRecords || breaksReaders ? [change('', { kind: 'unreadable' }, { breaksRecords, breaksReaders })] : []
}

/** A field keeps its type: what Avro would promote in one direction it can not in the other, and what it can in both is misread. */
function retyped(before: Node, after: Node, path: string): Change {
  return change(
    path,
    { kind: 'retyped', before, after },
    { breaksRecords: !nodeReads(after, before), breaksReaders: !nodeReads(before, after), houseRule: true },
  )
}

function meaning(old: Scalar | Fixed, now: Scalar | Fixed, path: string): Change[] {
  if (old.logical === now.logical) return []
  const difference = {
    kind: 'meaning-changed',
    before: old.logical ?? 'no logical type',
    after: now.logical ?? 'none',
  } as const
  return [change(path, difference, { houseRule: true })]
}

function names(old: RecordNode | Enumeration | Fixed, now: RecordNode | Enumeration | Fixed, path: string): Change[] {
  if (old.name === now.name) return []
  const kind = simpleName(old.name) === simpleName(now.name) ? 'namespace-changed' : 'name-changed'
  const directions = {
    breaksRecords: !now.aliases.includes(old.name),
    breaksReaders: !old.aliases.includes(now.name),
    houseRule: true,
  }
  return [change(path, { kind, before: old.name, after: now.name }, directions)]
}

function symbols(old: Enumeration, now: Enumeration, path: string): Change[] {
  const removed = old.symbols.filter((symbol) => !now.symbols.includes(symbol))
  const added = now.symbols.filter((symbol) => !old.symbols.includes(symbol))
  const changes: Change[] = []
  if (removed.length > 0) {
    // With a default Avro reads the symbol as that: the records would change what they say.
    const directions = { breaksRecords: now.default === undefined, houseRule: true }
    changes.push(change(path, { kind: 'symbols-removed', symbols: removed, default: now.default }, directions))
  }
  if (added.length > 0) {
    const directions = { breaksReaders: old.default === undefined }
    changes.push(change(path, { kind: 'symbols-added', symbols: added, default: old.default }, directions))
  }
  if (old.default !== now.default) {
    const kind =
      old.default === undefined
        ? 'enum-default-added'
        : now.default === undefined
          ? 'enum-default-removed'
          : 'enum-default-changed'
    const houseRule = kind === 'enum-default-removed'
    changes.push(change(path, { kind, before: old.default, after: now.default }, { houseRule }))
  }
  return changes
}

function size(old: Fixed, now: Fixed, path: string): Change[] {
  if (old.size === now.size) return meaning(old, now, path)
  const difference = { kind: 'size-changed', before: old.size, after: now.size } as const
  return [change(path, difference, { breaksRecords: true, breaksReaders: true })]
}

/** Another namespace of the event is one of everything declared within it: told once. */
function withoutEchoes(changes: Change[]): Change[] {
  const moves = changes.flatMap((one) => (one.kind === 'namespace-changed' ? [one] : []))
  const first = moves[0]
  if (!first) return changes
  const move = (one: typeof first) => `${spaceOf(one.before)} ${spaceOf(one.after)}`
  return changes.filter((one) => one.kind !== 'namespace-changed' || one === first || move(one) !== move(first))
}

const spaceOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')))
