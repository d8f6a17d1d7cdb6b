import net from 'node:net'
import { couponIssueRequested as requested } from '@firstcome/events'
import { faultProxy, testStack, waitFor } from '@firstcome/testing'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { request, testbed, testHost, topic } from '../testbed.ts'

/** The way to the brokers through a proxy that a test can break. */
async function brokenNetwork() {
  const proxy = await faultProxy(testStack().brokers)
  return { proxy, connect: () => net.connect(proxy.port, '127.0.0.1') }
}

/** The id under which the broker knows the writer of a record: kafkajs passes it on with each message, and does not say so. */
const producerIdOf = (record: object): string =>
  'batchContext' in record ? String((record.batchContext as { producerId: unknown }).producerId) : 'unknown'

test('a send resolves with the place of its record in the log', async () => {
  const bed = await testbed()
  const kafka = await bed.connect()

  const first = await kafka.send(requested, request(1, 10))
  const second = await kafka.send(requested, request(1, 11))

  expect(second).toEqual({ partition: first.partition, offset: first.offset + 1 })
  const offsets = await kafka.topicOffsets(topic)
  expect(offsets.find(({ partition }) => partition === first.partition)!.high).toBe(second.offset + 1)
})

test('records sent all at once keep their order per key, and each learns its own place', async () => {
  const bed = await testbed()
  const kafka = await bed.connect()

  const sent = await Promise.all(
    Array.from({ length: 3000 }, async (_, i) => ({ user: i, ...(await kafka.send(requested, request(i % 7, i))) })),
  )

  const log = await bed.log(topic, 3000)
  const users = new Map(
    log.map(({ partition, offset, value }) => [`${partition}/${offset}`, kafka.contracts.decode(requested, value!)]),
  )
  for (const { user, partition, offset } of sent) {
    expect(users.get(`${partition}/${offset}`)).toMatchObject({ userId: user, couponPolicyId: user % 7 })
  }
  for (const key of ['0', '1', '2', '3', '4', '5', '6']) {
    const order = log
      .filter((record) => record.key!.toString() === key)
      .map(({ value }) => kafka.contracts.decode(requested, value!))
    const numbers = order.map((value) => ('userId' in value ? value.userId : Number.NaN))
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  }
})

test('records of any size arrive byte for byte, with headers long, short and empty', async () => {
  const bed = await testbed(1)
  const kafka = await bed.connect()
  const record = kafka.encode(requested, request(1, 1))
  // Those at which a length takes another byte; and all those around 512, where kafkajs's buffer has to grow.
  const around512 = Array.from({ length: 60 }, (_, i) => 460 + i)
  const sizes = [0, 1, 63, 64, 127, 128, 8191, 8192, 16_384, 70_000, ...around512]
  const records = sizes.map((size) => ({
    ...record,
    value: Buffer.from(Array.from({ length: size }, (_, i) => (i * 7 + size) % 256)),
    headers: { empty: '', long: 'é'.repeat(size / 4), ce_id: `size-${size}` },
  }))

  await kafka.sendRecords(records)

  const log = await bed.log(topic, sizes.length)
  for (const [i, { key, value, headers }] of log.entries()) {
    expect(key!.toString()).toBe(record.key)
    expect(value!.equals(records[i]!.value)).toBe(true)
    expect(Object.entries(headers!).map(([name, bytes]) => [name, bytes!.toString()])).toEqual(
      Object.entries(records[i]!.headers),
    )
  }
})

test('what is sent together travels together', async () => {
  const bed = await testbed()
  const host = { ...testHost(), metrics: new Registry() }
  const kafka = await bed.connect({}, host)

  await Promise.all(Array.from({ length: 500 }, (_, i) => kafka.send(requested, request(i, i))))

  const text = await host.metrics.metrics()
  expect(Number(/kafka_producer_batch_records_sum (\d+)/.exec(text)![1])).toBe(500)
  expect(Number(/kafka_producer_batch_records_count (\d+)/.exec(text)![1])).toBeLessThan(20)
})

test('several lanes keep the order of every partition, and each writes with a producer id of its own', async () => {
  const bed = await testbed(6)
  const kafka = await bed.connect({ producer: { lanes: 3, requestBytes: 2000 } })

  // Small requests, so that each lane sends many of them while the others do.
  const places = await Promise.all(
    Array.from({ length: 1200 }, async (_, i) => ({ user: i, ...(await kafka.send(requested, request(i % 40, i))) })),
  )

  const log = await bed.log(topic, places.length)
  expect(log).toHaveLength(places.length)
  const lastUser = new Map<string, number>()
  for (const { partition, offset, key, value } of log) {
    const { userId } = await kafka.contracts.decode(requested, value!)
    expect(places[userId]).toMatchObject({ partition, offset: Number(offset) })
    expect(userId).toBeGreaterThan(lastUser.get(key!.toString()) ?? -1)
    lastUser.set(key!.toString(), userId)
  }
  const writers = log.map((record) => `partition ${record.partition} by ${producerIdOf(record)}`)
  expect(new Set(writers).size).toBe(new Set(log.map(({ partition }) => partition)).size)
  expect(new Set(log.map(producerIdOf)).size).toBe(3)
})

test('the envelope travels in headers, with the trace it was sent in', async () => {
  const bed = await testbed()
  const host = testHost()
  const kafka = await bed.connect({}, host)
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

  await host.tracing.run({ traceparent, correlationId: 'c-1' }, () =>
    kafka.send(requested, request(1, 1), { id: 'event-1', time: Date.UTC(2026, 0, 2) }),
  )

  const [record] = await bed.log(topic, 1)
  const headers = Object.fromEntries(Object.entries(record!.headers!).map(([name, value]) => [name, value!.toString()]))
  expect(headers).toEqual({
    ce_specversion: '1.0',
    ce_id: 'event-1',
    ce_source: 'kafka-test',
    ce_type: requested.type,
    ce_time: '2026-01-02T00:00:00.000Z',
    'content-type': 'application/avro',
    traceparent,
    'correlation-id': 'c-1',
  })
})

test('a record above the limit is refused alone; its neighbours are written', async () => {
  const bed = await testbed()
  const kafka = await bed.connect({ producer: { recordBytes: 10_000_000 } })
  const record = kafka.encode(requested, request(1, 1))
  // Random bytes, or they would shrink to nothing on the wire and pass.
  const large = { ...record, value: crypto.getRandomValues(Buffer.alloc(1_500_000 / 24)) }
  large.value = Buffer.concat(Array.from({ length: 24 }, () => crypto.getRandomValues(Buffer.alloc(62_500))))

  const results = await Promise.allSettled([record, large, record].map((one) => kafka.sendRecords([one])))

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(results[1]).toMatchObject({ reason: { code: 'RECORD_TOO_LARGE', retriable: false } })

  const strict = await bed.connect({ producer: { recordBytes: 1000 } })
  await expect(strict.sendRecords([large])).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' })
})

test('a full buffer refuses at once, and takes records again when the broker is back', async () => {
  const bed = await testbed()
  const { proxy, connect } = await brokenNetwork()
  const kafka = await bed.connect({ producer: { bufferBytes: 2000 } }, testHost(), connect)
  proxy.block()

  const sends = Array.from({ length: 50 }, (_, i) => kafka.send(requested, request(1, i)))
  const refused = await Promise.race(sends.map((send) => send.catch((error) => error)))

  expect(refused).toMatchObject({ code: 'BUFFER_FULL', retriable: true })
  await proxy.resume()
  const results = await Promise.allSettled(sends)
  const written = results.filter(({ status }) => status === 'fulfilled').length
  expect(written).toBeGreaterThan(0)
  expect(written).toBeLessThan(50)
  expect((await bed.log(topic, written)).length).toBe(written)
  await expect(kafka.send(requested, request(1, 99))).resolves.toHaveProperty('offset')
})

test('the depth of the queue is told while the broker is silent, of all producers of a service together', async () => {
  const bed = await testbed()
  const host = testHost()
  const { proxy, connect } = await brokenNetwork()
  const kafka = await bed.connect({}, host, connect)
  const second = await bed.connect({}, host, connect)
  const gauge = async (name: string) =>
    Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await host.metrics.metrics())![1])
  proxy.block()

  const sends = [
    kafka.send(requested, request(1, 1)),
    second.sendRecords([1, 2].map((n) => kafka.encode(requested, request(2, n)))),
  ]

  expect(await gauge('kafka_producer_queue_records')).toBe(3)
  expect(await gauge('kafka_producer_buffer_bytes')).toBeGreaterThan(3 * 100)
  await proxy.resume()
  await Promise.all(sends)
  expect(await gauge('kafka_producer_queue_records')).toBe(0)
  expect(await gauge('kafka_producer_buffer_bytes')).toBe(0)
})

test('a send with a deadline fails at its deadline while the broker is silent, and readiness says why', async () => {
  const bed = await testbed()
  const { proxy, connect } = await brokenNetwork()
  const kafka = await bed.connect({ connectionTimeoutMs: 300 }, testHost(), connect)
  await proxy.down()

  const started = performance.now()
  const failed = kafka.send(requested, request(1, 1), { deadlineMs: 300 })

  await expect(failed).rejects.toMatchObject({ code: 'DELIVERY_TIMEOUT', retriable: true })
  // Long before anything else would have ended it.
  expect(performance.now() - started).toBeLessThan(bed.config.producer.requestTimeoutMs)
  await expect(kafka.check!()).rejects.toThrow()
  await proxy.resume()
  // Without anything sent: an unready service is sent nothing.
  await waitFor('readiness', () => kafka.check!().then(() => true))
  await expect(kafka.send(requested, request(1, 2))).resolves.toHaveProperty('offset')
})

test('connections that break in mid-stream lose no record and no order', async () => {
  const bed = await testbed(1)
  const { proxy, connect } = await brokenNetwork()
  const kafka = await bed.connect({ producer: { batchBytes: 1000, requestBytes: 2000 } }, testHost(), connect)
  const total = 400
  let acknowledged = 0
  let atLastBreak = -1
  const breaks = setInterval(() => {
    // On a slow machine a connection that lives for so short a time may bring nothing through, for ever.
    if (acknowledged === atLastBreak) return
    atLastBreak = acknowledged
    proxy.reset()
  }, 150)

  const sends: Promise<unknown>[] = []
  for (let i = 0; i < total; i++) {
    sends.push(kafka.send(requested, request(1, i), { id: `event-${i}` }).then(() => acknowledged++))
    if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await Promise.all(sends)
  clearInterval(breaks)

  const log = await bed.log(topic, total)
  const firsts = [...new Set(log.map(({ headers }) => headers!.ce_id!.toString()))]
  expect(firsts).toEqual(Array.from({ length: total }, (_, i) => `event-${i}`))
})

test('an acknowledgement that is lost on its way costs nothing: the batch is written again, in order, under the same ids', async () => {
  const bed = await testbed(1)
  const host = testHost()
  let swallow = false
  const forgetful = (to: string, port: number) => {
    const socket = net.connect(port, to)
    const { emit } = socket
    socket.emit = (event: string | symbol, ...args: unknown[]) => {
      const lost = event === 'data' && swallow
      if (lost) swallow = false
      return lost || emit.call(socket, event, ...args)
    }
    return socket
  }
  const kafka = await bed.connect({ producer: { requestTimeoutMs: 500 } }, host, forgetful)
  const sent: Promise<{ id: string; offset: number }>[] = []
  const send = (i: number) =>
    sent.push(
      kafka.send(requested, request(1, i), { id: `event-${i}` }).then(({ offset }) => ({ id: `event-${i}`, offset })),
    )

  for (let i = 0; i < 60; i++) {
    if (i === 20) swallow = true
    send(i)
    // One after the other up to the loss; then they pile up behind the request that is not answered.
    if (i < 20) await sent[i]
  }
  const acknowledged = await Promise.all(sent)

  const [ends] = await bed.admin.fetchTopicOffsets(bed.prefix + topic)
  const log = (await bed.log(topic, Number(ends!.high))).map(({ headers }) => headers!.ce_id!.toString())
  for (const { id, offset } of acknowledged) expect(log[offset]).toBe(id)
  expect([...new Set(log)]).toEqual(Array.from({ length: 60 }, (_, i) => `event-${i}`))
  expect(swallow).toBe(false)
  expect(log.length).toBeGreaterThan(60)
  // More than once where the machine stood still for longer than a request may take.
  expect(await host.metrics.metrics()).toMatch(/^kafka_producer_recycled_total [1-9]/m)
})

test('closing waits for the acknowledgement of what was accepted', async () => {
  const bed = await testbed()
  const kafka = await bed.connect()

  const sends = Array.from({ length: 200 }, (_, i) => kafka.send(requested, request(i, i)))
  await kafka.close!()

  await expect(Promise.all(sends)).resolves.toHaveLength(200)
  await expect(kafka.send(requested, request(1, 1))).rejects.toMatchObject({ code: 'CLOSED' })
})
