import { expect, test } from 'vitest'
import { atEnd, endAll } from './endings.ts'

test('everything that is open is ended once, the last first, whatever fails; what was closed before is not ended again', async () => {
  const ended: string[] = []
  const end = (name: string) => async () => ended.push(name)
  atEnd(end('servers'))
  const close = atEnd(end('topics'))
  atEnd(() => Promise.reject(new Error('gone already')))
  atEnd(end('process'))

  await close()
  await close()
  await endAll()
  await endAll()

  expect(ended).toEqual(['topics', 'process', 'servers'])
})

test('nothing begins while everything is being ended', async () => {
  const late = Promise.withResolvers<void>()
  atEnd(() => late.promise)
  const over = endAll()
  expect(() => atEnd(async () => {})).toThrow('being ended')
  late.resolve()
  await over
})
