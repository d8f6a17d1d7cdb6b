import { faultProxy, testStack } from '@firstcome/testing'
import { expect, it } from 'vitest'
import { couponIssueRequested } from './catalogue.ts'
import { connectRegistry } from './registry.ts'

it('gives a registry up that takes the question and says nothing, and asks it anew the next time', async () => {
  const { registryUrl } = testStack()
  const id = await connectRegistry(registryUrl).idOf(couponIssueRequested)
  const proxy = await faultProxy(registryUrl)
  const registry = connectRegistry(proxy.through(registryUrl))
  proxy.swallow()
  await expect(registry.schemaOf(id!)).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
    message: expect.stringContaining('no answer within'),
  })
  await proxy.resume()
  expect(await registry.schemaOf(id!)).toMatchObject({ name: expect.stringContaining('CouponIssueRequested') })
})
