import { expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigError, parseConfig, readConfig } from './read-config.ts'

const settings = {
  shop: {
    name: { env: 'SHOP_NAME', schema: z.string().min(2).describe('what the sign says') },
    till: { port: { env: 'TILL_PORT', schema: z.coerce.number().int().default(80) } },
  },
  open: { env: 'OPEN', schema: z.enum(['yes', 'no']).optional() },
}

test('settings keep the shape they were declared in, with their defaults', () => {
  expect(parseConfig(settings, { SHOP_NAME: 'corner' })).toEqual({
    shop: { name: 'corner', till: { port: 80 } },
    open: undefined,
  })
})

test('an empty variable counts as unset', () => {
  expect(parseConfig(settings, { SHOP_NAME: 'corner', TILL_PORT: '' }).shop.till.port).toBe(80)
})

test('every variable that is missing or wrong is named, all at once', () => {
  const problems = catchProblems({ TILL_PORT: 'x', OPEN: 'maybe' })
  expect(problems).toHaveLength(3)
  expect(problems[0]).toBe('SHOP_NAME is required: what the sign says')
  expect(problems[1]).toMatch(/^TILL_PORT is invalid: .*number/)
  expect(problems[2]).toMatch(/^OPEN is invalid: .*"yes"\|"no"/)
})

test('a description in front of a transformation is still found', () => {
  const schema = z
    .string()
    .describe('list of shops')
    .transform((list) => list.split(','))
  expect(() => readConfig({ shops: { env: 'SHOPS', schema } }, {})).toThrow('SHOPS is required: list of shops')
})

function catchProblems(env: NodeJS.ProcessEnv): string[] {
  try {
    parseConfig(settings, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
  }
  throw new Error('the configuration was accepted')
}
