import { compressSync } from 'snappy'
import { expect, test } from 'vitest'
import { decodeSnappy, encodeSnappy } from './snappy.ts'

test.for([0, 1, 32 * 1024, 32 * 1024 + 1, 300_000])('%i bytes come back as they were', (length) => {
  const plain = Buffer.from(Array.from({ length }, (_, i) => (i * i) % 251))

  expect(decodeSnappy(encodeSnappy(plain)).equals(plain)).toBe(true)
})

test('what is written carries the frame of the Java client', () => {
  expect(encodeSnappy(Buffer.from('hello')).subarray(0, 16).toString('latin1')).toBe('\x82SNAPPY\0\0\0\0\x01\0\0\0\x01')
})

test('bare snappy, as some other clients write it, is read as well', () => {
  expect(decodeSnappy(compressSync('hello')).toString()).toBe('hello')
})

test('bytes that are no snappy are refused', () => {
  expect(() => decodeSnappy(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))).toThrow()
})
