import { execFile, spawn } from 'node:child_process'
import net from 'node:net'
import { promisify } from 'node:util'
import { couponIssueRequested as requested } from '@firstcome/events'
import { testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'
import { request, testbed, testHost, topic } from '../testbed.ts'
import { javaTool } from './java-tool.ts'

test('the Java client reads what is written here: snappy, key, headers and all', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  await Promise.all(Array.from({ length: 500 }, (_, i) => kafka.send(requested, request(7, i), { id: `event-${i}` })))

  const args = [
    '--bootstrap-server',
    testStack().brokers,
    '--topic',
    bed.prefix + topic,
    '--from-beginning',
    '--max-messages',
    '500',
  ]
  const format = ['print.key=true', 'print.headers=true', 'print.value=false'].flatMap((one) => [
    '--formatter-property',
    one,
  ])
  const { stdout } = await promisify(execFile)('java', javaTool('consumer.ConsoleConsumer', ...args, ...format))

  const lines = stdout.trim().split('\n')
  expect(lines).toHaveLength(500)
  expect(lines[42]).toMatch(/ce_id:event-42,ce_source:kafka-test,.*\t7$/)
})

test.for(['snappy', 'lz4', 'zstd', 'gzip'])('what the Java client compresses with %s is read here', async (codec) => {
  const bed = await testbed(1)
  const args = ['--bootstrap-server', testStack().brokers, '--topic', bed.prefix + topic, '--compression-codec', codec]
  const format = ['parse.key=true', 'parse.headers=true'].flatMap((one) => ['--reader-property', one])
  const producer = spawn('java', javaTool('ConsoleProducer', ...args, ...format), {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const text = 'again and again '.repeat(20)
  producer.stdin.end(Array.from({ length: 100 }, (_, i) => `number:${i}\tkey\t${text}\n`).join(''))

  const log = await bed.log(topic, 100)

  expect(log[99]!.headers!.number!.toString()).toBe('99')
  expect(log[99]!.value!.toString()).toBe(text)
})

test('records leave compressed', async () => {
  const bed = await testbed(1)
  const written: Buffer[] = []
  const tapped = (host: string, port: number) => {
    const socket = net.connect(port, host)
    const { write } = socket
    socket.write = (chunk: string | Uint8Array, ...rest: never[]) => {
      written.push(Buffer.from(chunk as Uint8Array))
      return write.call(socket, chunk, ...rest)
    }
    return socket
  }
  const kafka = await bed.connect({}, testHost(), tapped)

  await Promise.all(Array.from({ length: 100 }, (_, i) => kafka.send(requested, request(7, i))))

  const bytes = Buffer.concat(written)
  expect(bytes.includes('\x82SNAPPY\0', 'latin1')).toBe(true)
  // A hundred times the same envelope: as it is, some 20 kB.
  expect(bytes.length).toBeLessThan(10_000)
})
