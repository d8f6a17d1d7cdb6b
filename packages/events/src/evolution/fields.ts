import { isDeepStrictEqual } from 'node:util'
import { type Change, type Compare, change } from './change.ts'
import { type FieldNode, type RecordNode, schemaOf } from './graph.ts'
import { nodeReads } from './readable.ts'

/** Compares the fields of two versions of a record: by their names, then by the aliases that either side declares. */
export function compareFields(before: RecordNode, after: RecordNode, path: string, compare: Compare): Change[] {
  const at = (name: string) => (path ? `${path}.${name}` : name)
  const kept = before.fields.flatMap((old): [FieldNode, FieldNode][] => {
    const now = after.fields.find(({ name }) => name === old.name)
    return now ? [[old, now]] : []
  })
  let removed = before.fields.filter((old) => !kept.some(([one]) => one === old))
  let added = after.fields.filter((now) => !kept.some(([, one]) => one === now))
  const changes = kept.flatMap(([old, now]) => [
    ...ambiguous(old, now, before, after, at(now.name)),
    ...compare(old.type, now.type, at(now.name)),
    ...defaults(old, now, at(now.name)),
  ])

  for (const [from, to, declared] of renames(removed, added)) {
    removed = removed.filter((field) => field !== from)
    added = added.filter((field) => field !== to)
    changes.push(...renamed(from, to, declared, { before, after }, at(to.name), compare))
  }
  for (const field of removed) {
    const breaksReaders = !reads(field, after)
    changes.push(change(at(field.name), { kind: 'field-removed', field }, { breaksReaders }))
  }
  for (const field of added) {
    const breaksRecords = !reads(field, before)
    changes.push(change(at(field.name), { kind: 'field-added', field }, { breaksRecords }))
  }
  return changes
}

/** The fields of the writer in which a reader's field finds its value: more than one is an error, none needs a default. */
function sources(field: FieldNode, writer: RecordNode): FieldNode[] {
  return writer.fields.filter(({ name }) => name === field.name || field.aliases.includes(name))
}

function reads(field: FieldNode, writer: RecordNode): boolean {
  const [source, ...others] = sources(field, writer)
  if (!source) return field.default !== undefined
  return others.length === 0 && nodeReads(field.type, source.type)
}

/** Removed and added fields that are one: by an alias on either side, else by having the same type and no better match. */
function renames(removed: FieldNode[], added: FieldNode[]): [FieldNode, FieldNode, boolean][] {
  const found: [FieldNode, FieldNode, boolean][] = []
  const isFree = (field: FieldNode) => !found.some(([from, to]) => from === field || to === field)
  const linked = (from: FieldNode, to: FieldNode) => to.aliases.includes(from.name) || from.aliases.includes(to.name)
  const alike = (from: FieldNode, to: FieldNode) => isDeepStrictEqual(schemaOf(from.type), schemaOf(to.type))
  for (const declared of [true, false]) {
    for (const from of removed.filter(isFree)) {
      const to = added.filter(isFree).find((one) => (declared ? linked : alike)(from, one))
      if (to) found.push([from, to, declared])
    }
  }
  return found
}

/** An alias lets one side read the other's name. Declared, it is refused even where defaults hide it: they would replace the values. */
function renamed(
  from: FieldNode,
  to: FieldNode,
  declared: boolean,
  { before, after }: { before: RecordNode; after: RecordNode },
  path: string,
  compare: Compare,
): Change[] {
  const difference = { kind: 'field-renamed', from, to, declared } as const
  const directions = { breaksRecords: !reads(to, before), breaksReaders: !reads(from, after), houseRule: declared }
  // What the alias leads to may have changed as well; the rename already says which side can not read it.
  const within = compare(from.type, to.type, path).map((one) => ({
    ...one,
    breaksRecords: one.breaksRecords && directions.breaksRecords,
    breaksReaders: one.breaksReaders && directions.breaksReaders,
  }))
  return [change(path, difference, directions), ...within]
}

/** A field that finds its value under two names is unreadable. */
function ambiguous(old: FieldNode, now: FieldNode, before: RecordNode, after: RecordNode, path: string): Change[] {
  const inOld = sources(now, before)
  const inNew = sources(old, after)
  const directions = { breaksRecords: inOld.length > 1, breaksReaders: inNew.length > 1 }
  if (!directions.breaksRecords && !directions.breaksReaders) return []
  const among = (directions.breaksRecords ? inOld : inNew).map(({ name }) => name)
  return [change(path, { kind: 'alias-ambiguous', field: now, among }, directions)]
}

function defaults(old: FieldNode, now: FieldNode, path: string): Change[] {
  if (isDeepStrictEqual(old.default, now.default)) return []
  const [before, after] = [old.default, now.default]
  if (before === undefined) return [change(path, { kind: 'default-added', before, after })]
  // Avro misses it only where a version without the field exists; from then on nobody could remove the field, nor do without it.
  if (after === undefined) return [change(path, { kind: 'default-removed', before, after }, { houseRule: true })]
  return [change(path, { kind: 'default-changed', before, after })]
}
