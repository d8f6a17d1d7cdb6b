import type { Change } from './change.ts'
import { list, typeWords, valueWords } from './phrases.ts'

const dualPublish =
  'a new topic for the new shape, published beside this one until every consumer has moved (docs/contracts.md)'

/** How to get there without breaking anybody. */
export function instead(change: Change): string {
  switch (change.kind) {
    case 'field-added':
      return `give it a default, null for instance: "type": ["null", …], "default": null`
    case 'field-removed':
      return `keep it, and let its "doc" say that it is no longer read; if it has to go: ${dualPublish}`
    case 'field-renamed':
      return `keep \`${change.from.name}\`, add \`${change.to.name}\` with a default, write both; if one has to go: ${dualPublish}`
    case 'retyped':
    case 'size-changed':
    case 'meaning-changed':
      return `add a second field as it should be, with a default, and write both; or ${dualPublish}`
    case 'made-optional':
    case 'branch-added':
      return `add a second field of the wider type, with a default, and keep writing this one; or ${dualPublish}`
    case 'made-required':
    case 'branch-removed':
      return 'keep the type, and always write what you want it to be'
    case 'symbols-removed':
      return 'keep the symbols and stop writing them'
    case 'symbols-added':
      return `add a second field whose enum has a default symbol, and keep writing this one; or ${dualPublish}`
    case 'default-removed':
    case 'enum-default-removed':
      return 'keep the default: who writes the event need not use it'
    case 'name-changed':
    case 'namespace-changed':
      return `keep the name; or ${dualPublish}`
    case 'alias-ambiguous':
      return 'remove the alias: both fields have a name of their own'
    default:
      return dualPublish
  }
}

/** Why a change that Avro's rules read both ways is refused nevertheless. */
export function houseReason(change: Change, consumers: string): string {
  switch (change.kind) {
    case 'symbols-removed':
      return `records that say ${list(change.symbols)} would be read as ${change.default}, by ${consumers}, out of a dead letter and on a replay`
    case 'default-removed':
      return 'a version without the field could no longer be read, and from now on nobody could ever remove the field'
    case 'enum-default-removed':
      return `the next symbol that is added could not be read: ${change.before} is what ${consumers} would take it for`
    case 'meaning-changed':
      return `the number stays readable, so nobody would notice: ${consumers} would take ${change.after} for ${change.before}`
    case 'retyped':
      return `each side would read the other's bytes as what they are not: ${typeWords(change.before)}, ${typeWords(change.after)}`
    case 'field-renamed':
      return `${consumers}, as they run today, would read the default of \`${change.from.name}\` in place of its value`
    default:
      return 'a type stays what it is: code, documentation and other languages go by it'
  }
}

/** What to know about a change that is allowed; undefined: nothing. */
export function remark(change: Change, consumers: string): string | undefined {
  switch (change.kind) {
    case 'field-added':
      return `in older records it is ${valueWords(change.field.default)}`
    case 'field-removed':
      return `${consumers} read ${valueWords(change.field.default)} from then on: deploy first those that still use it`
    case 'field-renamed':
      return `${consumers}, as they run today, read ${valueWords(change.from.default)} in \`${change.from.name}\` from then on; nothing carries the value over`
    case 'symbols-added':
      return `${consumers}, as they run today, read ${list(change.symbols)} as ${change.default}`
    case 'default-changed':
      return `records that lack it are read as ${valueWords(change.after)} by the new code, as ${valueWords(change.before)} by the old`
    case 'enum-default-changed':
      return `symbols that a reader does not know are read as ${change.after} by the new code, as ${change.before} by the old`
    default:
      return undefined
  }
}
