import type { z } from 'zod'
import type { Setting } from './setting.ts'

export interface SettingText {
  /** What the schema was described with, wherever in the chain that was; empty when it was not. */
  doc: string
  /** As it would be written in the environment; undefined where there is none. */
  defaultText: string | undefined
  required: boolean
}

/** `.describe()` and `.default()` sit on one link of a chain like `z.string().describe().default().transform()`: looks at all. */
export function describeSetting({ schema }: Setting<unknown>): SettingText {
  let doc = ''
  let initial: unknown
  for (let link: z.ZodType | undefined = schema; link !== undefined; link = inner(link)) {
    doc ||= link.description ?? ''
    const { def } = link
    if (initial === undefined && 'defaultValue' in def) initial = def.defaultValue
  }
  return { doc, defaultText: text(initial), required: !schema.safeParse(undefined).success }
}

function inner(schema: z.ZodType): z.ZodType | undefined {
  const { def } = schema
  if ('innerType' in def) return def.innerType as z.ZodType
  if ('in' in def) return def.in as z.ZodType
  return undefined
}

function text(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
