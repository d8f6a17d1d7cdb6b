import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { answer, problem } from './answer.ts'
import { type Reply, type ReplyOf, route } from './route.ts'

const answers = {
  200: answer('As it is.', z.strictObject({ total: z.int() })),
  204: answer('Nothing.'),
  409: problem({ SOLD_OUT: 'Nothing is left.' }),
}
type Declared = ReplyOf<typeof answers>

test('TypeScript holds a handler to the answers that its route declares', () => {
  expectTypeOf<{ status: 200; body: { total: number }; headers: { Location: string } }>().toExtend<Declared>()
  expectTypeOf<{ status: 204 }>().toExtend<Declared>()
  expectTypeOf<{ status: 200; body: { total: string } }>().not.toExtend<Declared>()
  expectTypeOf<{ status: 200 }>().not.toExtend<Declared>()
  expectTypeOf<{ status: 201; body: { total: number } }>().not.toExtend<Declared>()
  // Problems are thrown.
  expectTypeOf<{ status: 409; body: object }>().not.toExtend<Declared>()
})

test('a route that declares none answers as it likes', () => {
  const { spec } = route({ method: 'GET', path: '/x', auth: 'public' }, async (): Promise<Reply> => ({ status: 299 }))
  expect(spec.answers).toBeUndefined()
})
