import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Settings } from '../config/setting.ts'
import { renderEnvExample } from './render-env-example.ts'

const port = { env: 'PORT', schema: z.coerce.number().default(80).describe('where it listens') }
const brokers = {
  env: 'BROKERS',
  schema: z
    .string()
    .describe('who to ask')
    .transform((list) => list.split(',')),
}
const url = (name: string) => ({ env: 'URL', schema: z.string().default(`db/${name}`).describe('its database') })

test('every variable stands there once, with what it is for, who reads it and its default', () => {
  const text = renderEnvExample(
    new Map<string, Settings>([
      ['cellar', { http: { port }, db: { url: url('cellar') }, brokers }],
      ['attic', { http: { port }, db: { url: url('attic') } }],
    ]),
  )
  expect(text).toContain('# Where it listens\n# Read by every service.\nPORT=80\n')
  expect(text).toContain('# Who to ask (required)\n# Read by cellar.\nBROKERS=\n')
  expect(text).toContain('# Its database\n# Read by every service.\n#   cellar: db/cellar\n#   attic: db/attic\nURL=\n')
  expect(text.match(/^PORT=/gm)).toHaveLength(1)
})
