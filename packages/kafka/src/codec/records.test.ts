import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { testbed, topic } from '../testbed.ts'
import { javaTool } from './java-tool.ts'

/** Lengths around those at which a number in a record takes a byte more. */
const lengths = [0, 1, 62, 63, 64, 65, 8_170, 8_180, 8_191, 8_192, 8_193, 70_000]

const oddHeaders = {
  constructor: 'a name that every object has',
  empty: '',
  short: 'x'.repeat(63),
  long: 'x'.repeat(64),
  'ein Schlüssel': 'é'.repeat(40),
  bytes: Buffer.from([0, 255, 1]),
}

test('records of every length come back as they were written, headers of every kind with them', async () => {
  const bed = await testbed(1)
  const messages = lengths.map((length, i) => ({
    key: i % 2 === 0 ? 'k'.repeat(length % 100) : null,
    value: Buffer.alloc(length, i),
    headers: { ...oddHeaders, length: String(length), twice: ['first', 'second'] },
    timestamp: String(1_700_000_000_000 + i * 1_000_000),
  }))
  // As JSON.parse makes it, a header may have this name too.
  Object.defineProperty(messages[0]!.headers, '__proto__', { value: 'harmless', enumerable: true })
  await bed.write([...messages, { key: 'tombstone', value: null }])

  const log = await bed.log(topic, messages.length + 1)

  expect(log.map(({ offset }) => offset)).toEqual(log.map((_, i) => String(i)))
  for (const [i, { key, value, headers, timestamp }] of messages.entries()) {
    const read = log[i]!
    expect(read.key?.toString() ?? null).toBe(key)
    expect(read.value!.equals(value)).toBe(true)
    expect(read.timestamp).toBe(timestamp)
    expect(texts(read.headers!)).toEqual(texts(headers))
  }
  expect(Object.keys(log[0]!.headers!)).toContain('__proto__')
  expect(log.at(-1)).toMatchObject({ value: null, headers: {} })
})

test('the Java client reads the same: lengths, times and headers', async () => {
  const bed = await testbed(1)
  await bed.write(
    lengths.map((length, i) => ({
      key: 'k',
      value: 'v'.repeat(length),
      headers: { i: String(i), long: 'x'.repeat(length % 200), twice: ['first', 'second'] },
      timestamp: String(1_700_000_000_000 + i * 1_000_000),
    })),
  )
  const printing = ['print.headers=true', 'print.timestamp=true', 'print.offset=true'].flatMap((one) => [
    '--formatter-property',
    one,
  ])
  const reading = ['--topic', bed.prefix + topic, '--from-beginning', '--max-messages', String(lengths.length)]
  const args = ['--bootstrap-server', testStack().brokers, ...reading, ...printing]
  const { stdout } = await promisify(execFile)('java', javaTool('consumer.ConsoleConsumer', ...args))

  expect(stdout.trimEnd().split('\n')).toEqual(
    lengths.map((length, i) => {
      const headers = `i:${i},long:${'x'.repeat(length % 200)},twice:first,twice:second`
      return `CreateTime:${1_700_000_000_000 + i * 1_000_000}\tOffset:${i}\t${headers}\t${'v'.repeat(length)}`
    }),
  )
})

type Headers = Record<string, string | Buffer | (string | Buffer)[] | undefined>

const texts = (headers: Headers) =>
  Object.entries(headers)
    .filter(([name]) => name !== '__proto__')
    .map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)])
