import type { Change } from './change.ts'
import { list, typeWords, valueWords } from './phrases.ts'

/** The change itself: "removing `amount` (long, no default)". */
export function whatChanges(change: Change): string {
  const at = change.path ? `\`${change.path}\`` : 'the event'
  switch (change.kind) {
    case 'field-added':
      return `adding ${at} (${typeWords(change.field.type)}, ${defaultWords(change.field.default)})`
    case 'field-removed':
      return `removing ${at} (${typeWords(change.field.type)}, ${defaultWords(change.field.default)})`
    case 'field-renamed':
      if (change.declared) return `renaming \`${change.from.name}\` to ${at}, with an alias`
      return `removing \`${change.from.name}\` and adding ${at}, both ${typeWords(change.to.type)}: this looks like a rename`
    case 'alias-ambiguous':
      return `an alias by which ${at} finds its value in ${list(change.among)} at once`
    case 'default-added':
      return `giving ${at} the default ${valueWords(change.after)}`
    case 'default-removed':
      return `taking the default ${valueWords(change.before)} from ${at}`
    case 'default-changed':
      return `changing the default of ${at} from ${valueWords(change.before)} to ${valueWords(change.after)}`
    case 'retyped':
      return `turning ${at} from ${typeWords(change.before)} into ${typeWords(change.after)}`
    case 'meaning-changed':
      return `changing the logical type of ${at} from ${change.before} to ${change.after}`
    case 'made-optional':
      return `letting ${at} be null`
    case 'made-required':
      return `no longer letting ${at} be null`
    case 'branch-added':
      return `letting ${at} be ${typeWords(change.branch)} as well`
    case 'branch-removed':
      return `no longer letting ${at} be ${typeWords(change.branch)}`
    case 'symbols-added':
      return `adding ${list(change.symbols)} to the symbols of ${at}`
    case 'symbols-removed':
      return `removing ${list(change.symbols)} from the symbols of ${at}`
    case 'enum-default-added':
      return `giving the symbols of ${at} the default ${change.after}`
    case 'enum-default-removed':
      return `taking the default ${change.before} from the symbols of ${at}`
    case 'enum-default-changed':
      return `changing the default symbol of ${at} from ${change.before} to ${change.after}`
    case 'name-changed':
      return `renaming the type of ${at} from ${change.before} to ${change.after}`
    case 'namespace-changed':
      return `moving the type of ${at} to another namespace: ${change.before} to ${change.after}`
    case 'size-changed':
      return `changing the size of ${at} from ${change.before} to ${change.after} bytes`
    case 'unreadable':
      return 'a change that the decoder can not follow'
    case 'wording':
      return 'other words only: documentation, order or aliases'
  }
}

/** Why the consumers of today can not read the new records; to follow "they". */
export function readersNeed(change: Change): string {
  switch (change.kind) {
    case 'field-removed':
      return `need \`${change.path}\`, which the new records lack`
    case 'field-renamed':
      return `need \`${change.from.name}\`, which the new records lack`
    case 'retyped':
      return `expect ${typeWords(change.before)}, and can not take ${typeWords(change.after)} for it`
    case 'made-optional':
      return 'can not take null for a value'
    case 'branch-added':
      return `can not take ${typeWords(change.branch)}`
    case 'symbols-added':
      return `have no default symbol to read ${list(change.symbols)} as`
    case 'name-changed':
    case 'namespace-changed':
      return `look for ${change.before} and take nothing of another name`
    case 'size-changed':
      return `read ${change.before} bytes, and the new records have ${change.after}`
    default:
      return 'can not resolve the new schema to theirs'
  }
}

/** What the records that are there lack; a sentence's end. */
export function recordsLack(change: Change): string {
  switch (change.kind) {
    case 'field-added':
      return `older records lack \`${change.path}\`, and no default takes its place`
    case 'field-renamed':
      return `older records lack \`${change.to.name}\`, and no default takes its place`
    case 'retyped':
      return `older records hold ${typeWords(change.before)} there`
    case 'made-required':
      return 'older records hold null there'
    case 'branch-removed':
      return `older records hold ${typeWords(change.branch)} there`
    case 'symbols-removed':
      return `older records say ${list(change.symbols)}, and no default symbol takes its place`
    case 'name-changed':
    case 'namespace-changed':
      return `older records are named ${change.before}`
    case 'size-changed':
      return `older records have ${change.before} bytes there`
    default:
      return 'the decoder can not resolve their schema to the new one'
  }
}

const defaultWords = (value: unknown) => (value === undefined ? 'no default' : `default ${valueWords(value)}`)
