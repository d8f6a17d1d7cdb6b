import { AvroSchemaParser } from '@asyncapi/avro-schema-parser'
import { Parser } from '@asyncapi/parser'
import { describe, expect, test } from 'vitest'
import { document, path, problems, text } from './document.ts'

const avro = AvroSchemaParser()

async function parse(input: string) {
  const parser = new Parser()
  parser.registerSchemaParser(avro)
  return parser.parse(input, { source: path })
}

/** Said of every document that is not of the newest version: this one stays at 3.0, which its readers know. */
const known = ['asyncapi-latest-version']

describe('docs/asyncapi.yaml', async () => {
  const { document: parsed, diagnostics } = await parse(text)

  test('the official parser reads it without an error or a warning', () => {
    expect(diagnostics.filter(({ code }) => !known.includes(String(code)))).toEqual([])
    expect(parsed!.allChannels()).toHaveLength(Object.keys(document.channels).length)
    expect(parsed!.allOperations()).toHaveLength(Object.keys(document.operations).length)
  })

  test('every message has an example that fits its headers and its value', () => {
    const messages = parsed!.components().messages().all()
    expect(messages.length).toBeGreaterThan(20)
    for (const message of messages) {
      const [example] = message.examples().all()
      expect(problems(message.headers()!.json() as object, example!.headers()), message.id()).toEqual([])
      // The parser has made JSON Schema of the Avro; what waits and what was given up has the event's value.
      const given = example!.hasPayload() || /Retry$|DeadLetter$/.test(message.id())
      expect(given, `${message.id()} shows a value`).toBe(true)
      if (example!.hasPayload())
        expect(problems(message.payload()!.json() as object, example!.payload()), message.id()).toEqual([])
    }
  })

  test('the official parser of Avro finds nothing wrong with the schemas', async () => {
    const schemas = Object.values(document.components.schemas).filter(({ schemaFormat }) => schemaFormat)
    expect(schemas.length).toBeGreaterThan(0)
    for (const { schema, schemaFormat } of schemas) {
      expect(avro.getMimeTypes()).toContain(schemaFormat)
      expect(await avro.validate({ data: schema, path: [] } as never)).toEqual([])
    }
  })
})
