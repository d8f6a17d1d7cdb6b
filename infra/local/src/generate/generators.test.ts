import { expect, test } from 'vitest'
import { generators } from './generators.ts'

test('everything generated is up to date', async () => {
  const outdated = (await Promise.all(generators.map((generate) => generate(true)))).flat()
  expect(outdated).toEqual([])
})
