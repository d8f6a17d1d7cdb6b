import { waitFor } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { scene } from './scene.ts'

test('members that come and go in the middle of batches: each effect once, each partition in its order', async (context) => {
  const stage = await scene(context, { partitions: 4 })
  const plan = { slowMs: 20 }
  await stage.send(100)
  /** However long a member takes to come, there is work in hand for the others when it does. */
  const works = (name: string) =>
    waitFor(`work of ${name}`, async () => {
      await stage.send(3)
      return (await stage.effects(name)).length > 0
    })

  const first = await stage.member('first', plan)
  await works('first')
  await stage.member('second', plan)
  await works('second')
  // Gone in order, in the middle of its work.
  const exit = first.stop()
  await stage.member('third', plan)
  expect(await exit).toEqual({ code: 0, signal: null })
  await works('third')
  await stage.settled()

  expect(await stage.violations()).toEqual([])
})
