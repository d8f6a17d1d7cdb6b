import { testStack } from '@firstcome/testing'
import { expect, it } from 'vitest'
import { avroType } from './avro.ts'
import { couponIssueRequested } from './catalogue.ts'
import { connectRegistry } from './registry.ts'
import { writerSchemas } from './writers.ts'

const registry = connectRegistry(testStack().registryUrl)
const reader = avroType(couponIssueRequested.schema)

it('needs no resolver for a writer whose version says the same as ours, and knows that from then on', async () => {
  const id = await registry.idOf(couponIssueRequested)
  const writers = writerSchemas(registry)
  expect(await writers.resolver(reader, id!)).toBeNull()
  expect(writers.resolver(reader, id!)).toBeNull()
})

it('asks once for many records of one writer', async () => {
  const id = await registry.idOf(couponIssueRequested)
  const asked: number[] = []
  const writers = writerSchemas({
    ...registry,
    schemaOf(writerId) {
      asked.push(writerId)
      return registry.schemaOf(writerId)
    },
  })
  await Promise.all(Array.from({ length: 20 }, () => writers.resolver(reader, id!)))
  expect(asked).toEqual([id])
})
