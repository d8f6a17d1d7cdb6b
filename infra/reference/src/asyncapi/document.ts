import { actionSchema } from '@firstcome/kafka'
import { stringify } from 'yaml'
import { z } from 'zod'
import { channels, events } from './channels.ts'
import { headerSchemas } from './headers.ts'
import { actionMessage, dealtWith, eventMessages, nameOf, payloadSchema } from './messages.ts'
import { operations } from './operations.ts'
import { info, servers } from './system.ts'

/** The whole system as one AsyncAPI application: its topics, what is in them, and which service sends and receives what. */
export function asyncapiDocument(): object {
  // The version that AsyncAPI's schema objects are a superset of.
  const { $schema, ...action } = z.toJSONSchema(actionSchema, { target: 'draft-7', io: 'input' })
  return {
    asyncapi: '3.0.0',
    info,
    servers,
    defaultContentType: 'application/avro',
    channels: channels(),
    operations: operations(),
    components: {
      messages: {
        ...Object.assign({}, ...events.map(eventMessages)),
        [actionMessage]: dealtWith,
      },
      schemas: {
        ...Object.fromEntries(events.map((event) => [nameOf(event), payloadSchema(event)])),
        ...headerSchemas,
        [actionMessage]: action,
      },
    },
  }
}

/** Written to docs/asyncapi.yaml. */
export function renderAsyncapi(): string {
  const text = stringify(asyncapiDocument(), {
    lineWidth: 120,
    blockQuote: 'literal',
    aliasDuplicateObjects: false,
    singleQuote: true,
    // Readers of YAML 1.1 would take what looks like a time for one.
    compat: 'yaml-1.1',
  })
  return `# Generated from the catalogue (packages/events) and packages/kafka by \`npm run generate\`: change it there.\n${text}`
}
