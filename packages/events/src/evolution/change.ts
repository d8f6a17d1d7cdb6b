import type { FieldNode, Node } from './graph.ts'

/** What is different between two versions of a contract, with all that the words about it need. */
export type Difference =
  | { kind: 'field-added'; field: FieldNode }
  | { kind: 'field-removed'; field: FieldNode }
  /** `declared` by an alias; otherwise a removed and an added field of one type, which look like it. */
  | { kind: 'field-renamed'; from: FieldNode; to: FieldNode; declared: boolean }
  | { kind: 'alias-ambiguous'; field: FieldNode; among: string[] }
  | { kind: 'default-added' | 'default-removed' | 'default-changed'; before: unknown; after: unknown }
  | { kind: 'retyped'; before: Node; after: Node }
  | { kind: 'meaning-changed'; before: string; after: string }
  | { kind: 'made-optional' | 'made-required' }
  | { kind: 'branch-added' | 'branch-removed'; branch: Node }
  | { kind: 'symbols-added' | 'symbols-removed'; symbols: string[]; default: string | undefined }
  | { kind: 'enum-default-added' | 'enum-default-removed' | 'enum-default-changed'; before?: string; after?: string }
  | { kind: 'name-changed' | 'namespace-changed'; before: string; after: string }
  | { kind: 'size-changed'; before: number; after: number }
  /** Told by the decoder alone: should it ever refuse what nothing above names. */
  | { kind: 'unreadable' }
  /** Documentation, order, aliases: nobody who reads or writes sees it. */
  | { kind: 'wording' }

export type Change = Difference & {
  /** Where: `items[].unitPrice`; empty: the event itself. */
  path: string
  /** The new code can not read what the old one wrote: the log, retried messages, dead letters. */
  breaksRecords: boolean
  /** The old code can not read what the new one writes: consumers as they run today. */
  breaksReaders: boolean
  /**
   * Refused although Avro's rules read it both ways, because what is read is wrong, or because it takes away what later
   * changes need.
   */
  houseRule: boolean
}

export const isRefused = (change: Change): boolean => change.breaksRecords || change.breaksReaders || change.houseRule

/** Compares two types at a place; what it finds, nested changes included, it adds to the list. */
export type Compare = (before: Node, after: Node, path: string) => Change[]

interface Directions {
  breaksRecords?: boolean
  breaksReaders?: boolean
  houseRule?: boolean
}

export const change = (path: string, difference: Difference, directions: Directions = {}): Change => ({
  breaksRecords: false,
  breaksReaders: false,
  houseRule: false,
  ...directions,
  ...difference,
  path,
})
