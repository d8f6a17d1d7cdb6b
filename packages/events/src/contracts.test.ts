import { testStack } from '@firstcome/testing'
import avsc from 'avsc'
import { describe, expect, it } from 'vitest'
import { catalogue, couponIssueFailed, couponIssueRequested, orderPlaced } from './catalogue.ts'
import { connectContracts } from './contracts.ts'
import { event } from './event.ts'

const request = {
  requestId: '0199f7a0-0000-7000-8000-000000000001',
  couponPolicyId: 7,
  userId: 2 ** 53 - 1,
  requestedAt: 1,
}

/** Another team's schema, registered under a subject of its own; answers its id. */
async function registered(schema: unknown): Promise<number> {
  const answer = await fetch(`${testStack().registryUrl}/subjects/test-${crypto.randomUUID()}-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  })
  return ((await answer.json()) as { id: number }).id
}

/** An event whose newest version, with `b`, nobody registered. */
function unregistered() {
  const schema = {
    type: 'record' as const,
    namespace: 'test',
    name: 'Unregistered',
    fields: [
      { name: 'a', type: 'string' },
      { name: 'b', type: 'string', default: 'unset' },
    ],
  }
  const topic = `unregistered-${crypto.randomUUID()}`
  const declared = event<{ a: string; b: string }>({
    topic,
    schema,
    key: ({ a }) => a,
    producer: 'nobody',
    consumers: [],
  })
  return { ...declared, schema }
}

function framed(id: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(5)
  header.writeInt32BE(id, 1)
  return Buffer.concat([header, body])
}

describe('contracts', () => {
  it('frames a value as Confluent does and reads it back', async () => {
    const contracts = await connectContracts(testStack().registryUrl, catalogue)
    const bytes = contracts.encode(couponIssueRequested, request)
    expect(bytes[0]).toBe(0)
    const answer = await fetch(`${testStack().registryUrl}/schemas/ids/${bytes.readInt32BE(1)}`)
    expect(await answer.text()).toContain('CouponIssueRequested')
    expect(contracts.decode(couponIssueRequested, bytes)).toEqual(request)
  })

  it('encodes a value larger than its scratch buffer', async () => {
    const contracts = await connectContracts(testStack().registryUrl, [orderPlaced])
    const items = Array.from({ length: 1000 }, (_, i) => ({
      productId: 2 ** 50 + i,
      quantity: 1000,
      unitPrice: 2 ** 40,
    }))
    const order = { orderId: request.requestId, userId: 1, items, totalAmount: 1, placedAt: 1 }
    expect(contracts.decode(orderPlaced, contracts.encode(orderPlaced, order))).toEqual(order)
  })

  it.each([
    ['a missing field', { ...request, userId: undefined }, 'userId: long'],
    ['a fraction where an integer belongs', { ...request, userId: 1.5 }, 'userId: long'],
    ['an integer that JavaScript can not hold exactly', { ...request, userId: 2 ** 53 }, 'userId: long'],
  ])('refuses %s and names the field', async (_, value, field) => {
    const contracts = await connectContracts(testStack().registryUrl, [couponIssueRequested])
    expect(() => contracts.encode(couponIssueRequested, value as typeof request)).toThrow(
      expect.objectContaining({ code: 'EVENT_INVALID', message: expect.stringContaining(field) }),
    )
  })

  it('does not start where nobody registered what it publishes', async () => {
    const event = unregistered()
    const connecting = connectContracts(testStack().registryUrl, [event], { producer: event.producer })
    await expect(connecting).rejects.toMatchObject({
      code: 'CONTRACT_NOT_REGISTERED',
      retriable: false,
      message: expect.stringContaining(event.subject),
    })
  })

  it('starts where its version of what it only reads is not registered, reads other versions, and does not write its own', async () => {
    const event = unregistered()
    const contracts = await connectContracts(testStack().registryUrl, [event], { producer: 'a consumer' })
    const id = await registered({ ...event.schema, fields: [{ name: 'a', type: 'string' }] })
    const bytes = framed(id, Buffer.from([2, 'x'.charCodeAt(0)]))
    expect(await contracts.decode(event, bytes)).toEqual({ a: 'x', b: 'unset' })
    expect(() => contracts.encode(event, { a: 'x', b: 'y' })).toThrow(
      expect.objectContaining({ code: 'CONTRACT_NOT_REGISTERED' }),
    )
  })

  it('says that the registry is away, which is worth a retry', async () => {
    await expect(connectContracts('http://127.0.0.1:9', [orderPlaced])).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      retriable: true,
    })
  })

  it('reads what a writer of another version wrote, asks once, and answers without a promise from then on', async () => {
    const event = unregistered()
    const newer = [...event.schema.fields, { name: 'c', type: 'int', default: 0 }]
    const id = await registered({ ...event.schema, fields: newer })
    const bytes = framed(id, Buffer.from('027802790c', 'hex'))
    const contracts = await connectContracts(testStack().registryUrl, [event])
    const first = contracts.decode(event, bytes)
    expect(first).toBeInstanceOf(Promise)
    expect(await first).toEqual({ a: 'x', b: 'y' })
    expect(contracts.decode(event, bytes)).toEqual({ a: 'x', b: 'y' })
  })

  it('reads what a version wrote that says the same in other words', async () => {
    const { fields, ...schema } = couponIssueFailed.schema as unknown as {
      fields: { name: string; default?: unknown }[]
    }
    const older = { ...schema, fields: fields.map((f) => (f.name === 'reason' ? { ...f, doc: 'as it was' } : f)) }
    const id = await registered(older)
    const value = {
      requestId: request.requestId,
      couponPolicyId: 1,
      userId: 2,
      reason: 'COUPON_SOLD_OUT',
      partition: 3,
      offset: 4,
      failedAt: 5,
    }
    const bytes = framed(id, avsc.Type.forSchema(older as never).toBuffer(value))
    const contracts = await connectContracts(testStack().registryUrl, [couponIssueFailed])
    const first = contracts.decode(couponIssueFailed, bytes)
    expect(first).toBeInstanceOf(Promise)
    expect(await first).toEqual(value)
    expect(contracts.decode(couponIssueFailed, bytes)).toEqual(value)
  })

  it('reads a symbol that it does not know as the default one', async () => {
    const newer = JSON.parse(
      JSON.stringify(couponIssueFailed.schema).replace('"UNKNOWN",', '"UNKNOWN","COUPON_PAUSED",'),
    )
    const id = await registered(newer)
    const value = {
      requestId: request.requestId,
      couponPolicyId: 1,
      userId: 2,
      reason: 'COUPON_PAUSED',
      partition: 3,
      offset: 4,
      failedAt: 5,
    }
    const contracts = await connectContracts(testStack().registryUrl, [couponIssueFailed])
    const read = await contracts.decode(couponIssueFailed, framed(id, avsc.Type.forSchema(newer).toBuffer(value)))
    expect(read.reason).toBe('UNKNOWN')
  })

  it.each([
    ['no value', () => null, 'UNDECODABLE'],
    ['bytes without the magic byte', () => Buffer.from('{"a":1}'), 'UNDECODABLE'],
    ['a body that ends too early', (good: Buffer) => good.subarray(0, 12), 'UNDECODABLE'],
    ['a body with bytes left over', (good: Buffer) => Buffer.concat([good, Buffer.from([1])]), 'UNDECODABLE'],
    [
      'an id that the registry does not know',
      (good: Buffer) => framed(987_654_321, good.subarray(5)),
      'SCHEMA_UNKNOWN',
    ],
  ])('tells %s by its code', async (_, corrupt, code) => {
    const contracts = await connectContracts(testStack().registryUrl, [couponIssueRequested])
    const bytes = corrupt(contracts.encode(couponIssueRequested, request))
    const decoding = async () => contracts.decode(couponIssueRequested, bytes)
    await expect(decoding()).rejects.toMatchObject({ code, retriable: false })
    await expect(decoding()).rejects.toMatchObject({ code, retriable: false })
  })

  it('tells a schema of something else by its code', async () => {
    const other = { type: 'record', namespace: 'test', name: 'Other', fields: [{ name: 'a', type: 'string' }] }
    const id = await registered(other)
    const contracts = await connectContracts(testStack().registryUrl, [couponIssueRequested])
    const bytes = framed(id, avsc.Type.forSchema(other as never).toBuffer({ a: 'b' }))
    await expect((async () => contracts.decode(couponIssueRequested, bytes))()).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
    })
  })
})
