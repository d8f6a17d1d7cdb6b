import type { z } from 'zod'

export interface FieldError {
  /** Path into the body (`items.0.quantity`), or the name of a path, query or header field. */
  field: string
  /** Stable, for programs. */
  code: FieldCode
  /** For people. */
  message: string
}

export const fieldCodes = [
  'REQUIRED',
  'UNKNOWN_FIELD',
  'WRONG_TYPE',
  'NOT_AN_INTEGER',
  'TOO_SMALL',
  'TOO_LARGE',
  'TOO_FEW',
  'TOO_MANY',
  'TOO_SHORT',
  'TOO_LONG',
  'WRONG_FORMAT',
  'NOT_ALLOWED',
  'INVALID',
] as const
export type FieldCode = (typeof fieldCodes)[number]

/** What is wrong with which field of `input`, once for each; `whole` is the field that is named when it is the input itself. */
export function fieldErrors(issues: z.core.$ZodIssue[], input: unknown, whole: string): FieldError[] {
  const errors = issues.flatMap((issue): FieldError[] => {
    if (issue.code === 'unrecognized_keys') {
      const named = issue.keys.map((key) => [...issue.path, key].join('.'))
      return named.map((field) => ({ field, code: 'UNKNOWN_FIELD', message: 'Unknown field' }))
    }
    const missing = issue.path.length > 0 && at(input, issue.path) === undefined
    const code = missing ? 'REQUIRED' : codeOf(issue)
    return [{ field: issue.path.join('.') || whole, code, message: missing ? 'Required' : issue.message }]
  })
  // A number beyond 2^53 - 1 is too large twice: as an integer, and for its field.
  return [...new Map(errors.map((error) => [`${error.field} ${error.code}`, error])).values()]
}

const tooSmall: Record<string, FieldCode> = { array: 'TOO_FEW', string: 'TOO_SHORT' }
const tooBig: Record<string, FieldCode> = { array: 'TOO_MANY', string: 'TOO_LONG' }

function codeOf(issue: z.core.$ZodIssue): FieldCode {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'NOT_AN_INTEGER' : 'WRONG_TYPE'
    case 'too_small':
      return tooSmall[issue.origin] ?? 'TOO_SMALL'
    case 'too_big':
      return tooBig[issue.origin] ?? 'TOO_LARGE'
    case 'invalid_format':
      return 'WRONG_FORMAT'
    case 'invalid_value':
      return 'NOT_ALLOWED'
    default:
      return 'INVALID'
  }
}

function at(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  )
}
