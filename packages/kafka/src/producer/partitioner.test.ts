import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { murmur2, partitionOf } from './partitioner.ts'

// From the Java client's own test, UtilsTest.testMurmur2.
test.for([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
] as const)('murmur2 of %s is that of the Java client', ([key, hash]) => {
  expect(murmur2(Buffer.from(key))).toBe(hash)
})

test('every key goes where kafkajs would send it', () => {
  const partition = kafkajs.Partitioners.DefaultPartitioner()
  for (let i = 0; i < 2000; i++) {
    const key = Buffer.from(`${'k'.repeat(i % 9)}${i * 7919}é`)
    const partitions = 1 + (i % 12)
    const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 0,
      replicas: [],
      isr: [],
    }))
    expect(partitionOf(key, partitions)).toBe(
      partition({ topic: 't', partitionMetadata, message: { key, value: null } }),
    )
  }
})
