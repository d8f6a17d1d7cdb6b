import { z } from 'zod'
import { fieldErrors } from './field-errors.ts'
import { Problem } from './problem.ts'

/** @throws {Problem} 400 VALIDATION_FAILED naming every field that is wrong. */
export type Validate = (input: unknown) => unknown

/** Made once for each schema at boot. `what` is the field that is named when the input as a whole is wrong. */
export function createValidator(schema: z.ZodType, what: string): Validate {
  return (input) => {
    const result = schema.safeParse(input)
    if (result.success) return result.data
    const errors = fieldErrors(result.error.issues, input, what)
    throw new Problem(400, 'VALIDATION_FAILED', `Not valid: ${[...new Set(errors.map((e) => e.field))].join(', ')}.`, {
      errors,
    })
  }
}

/**
 * The schema with unknown fields refused, as every body, path and query is read. Objects further down must say so
 * themselves (`z.strictObject`); one that does not is a mistake, reported at boot.
 */
export function strict(schema: z.ZodType, where: string): z.ZodType {
  const top = schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema
  refuseOpenObjects(top, where, new Set())
  return top
}

function refuseOpenObjects(schema: z.core.$ZodType, where: string, seen: Set<z.core.$ZodType>): void {
  if (seen.has(schema)) return
  seen.add(schema)
  if (schema instanceof z.ZodObject) {
    if (schema.def.catchall === undefined) throw new TypeError(`${where} must be a z.strictObject`)
    for (const [name, field] of Object.entries(schema.shape)) {
      refuseOpenObjects(field as z.core.$ZodType, `${where}.${name}`, seen)
    }
  } else if (schema instanceof z.ZodArray) {
    refuseOpenObjects(schema.element, `${where}[]`, seen)
  } else if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) refuseOpenObjects(option, where, seen)
  } else if (schema instanceof z.ZodPipe) {
    refuseOpenObjects(schema.in, where, seen)
  } else if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    refuseOpenObjects(schema.unwrap(), where, seen)
  }
}
