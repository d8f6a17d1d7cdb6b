import { z } from 'zod'

export type JsonSchema = Record<string, unknown>

/** Turns schemas of zod into those of the document. One with an id (`.meta({ id })`) becomes a component of that name. */
export interface Schemas {
  /** Of what a client sends; fields that are not named are refused, here as by the services. */
  sent(schema: z.ZodType): JsonSchema
  /** The same of a path, a query or a header, where everything is text: a number is told as one. */
  written(schema: z.ZodType): JsonSchema
  /** Of what a client gets. Left open: an answer may have more fields one day. */
  answered(schema: z.ZodType): JsonSchema
  /** The components so far, by name. */
  components(): Record<string, JsonSchema>
}

export function createSchemas(): Schemas {
  const components = new Map<string, JsonSchema>()

  function convert(schema: z.ZodType, io: 'input' | 'output', adapt: Adapt): JsonSchema {
    const {
      $schema: _,
      $defs,
      ...own
    } = z.toJSONSchema(schema, {
      io,
      override({ zodSchema, jsonSchema }) {
        const one = zodSchema as unknown as z.ZodType
        adapt(one, jsonSchema)
        refuseFalseExamples(one, jsonSchema)
      },
    })
    for (const [name, component] of Object.entries($defs ?? {})) {
      const moved = move(component) as JsonSchema
      const before = components.get(name)
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(moved)) {
        throw new Error(`Two schemas are called ${name}, and are not the same`)
      }
      components.set(name, moved)
    }
    return move(own) as JsonSchema
  }

  return {
    sent: (schema) => convert(schema, 'input', sent),
    written: (schema) => convert(schema, 'input', written),
    answered: (schema) => convert(schema, 'output', answered),
    components: () => Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** An example is what the service itself would take, or give. */
function refuseFalseExamples(schema: z.ZodType, { examples = [] }: JsonSchema): void {
  for (const example of examples as unknown[]) {
    const { error } = schema.safeParse(example)
    if (error) throw new Error(`The example ${JSON.stringify(example)} is not one:\n${z.prettifyError(error)}`)
  }
}

type Adapt = (schema: z.ZodType, json: JsonSchema) => void

function sent(schema: z.ZodType, json: JsonSchema): void {
  if (schema instanceof z.ZodObject) json.additionalProperties = false
  // Left out by zod where the input becomes something else; they are of the input all the same.
  const { examples } = schema.meta() ?? {}
  if (examples !== undefined) json.examples = examples
  if (schema instanceof z.ZodDefault) json.default = schema.def.defaultValue
  integers(json)
}

function written(schema: z.ZodType, json: JsonSchema): void {
  if (schema instanceof z.ZodPipe && schema.out instanceof z.ZodNumber) {
    delete json.pattern
    const { $schema: _, ...number } = z.toJSONSchema(schema.out)
    Object.assign(json, number)
  }
  sent(schema, json)
}

function answered(schema: z.ZodType, json: JsonSchema): void {
  if (schema instanceof z.ZodObject) delete json.additionalProperties
  // What the format says is enough for who reads it.
  if (json.format === 'uuid' || json.format === 'date-time' || json.format === 'date') delete json.pattern
  integers(json)
}

/** Beyond 32 bits. All of them are within ±(2^53-1), and say so: a JSON number of JavaScript holds them exactly. */
function integers(json: JsonSchema): void {
  if (Number.isInteger(json.const)) json.type = 'integer'
  else if (json.type === 'integer' && !(Number(json.maximum) < 2 ** 31 && Number(json.minimum) >= -(2 ** 31)))
    json.format = 'int64'
}

/** From where zod puts what has a name to where OpenAPI does. */
function move(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(move)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) =>
      name === '$ref' ? [name, String(one).replace('#/$defs/', '#/components/schemas/')] : [name, move(one)],
    ),
  )
}
