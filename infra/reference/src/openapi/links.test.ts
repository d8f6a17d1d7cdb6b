import { answer, type Route, route } from '@firstcome/service'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { linksFrom } from './links.ts'

const nothing = async () => ({ status: 201 as const, body: { parcelId: '1', weight: 1 } })
const answers = { 201: answer('Sent.', z.strictObject({ parcelId: z.string(), weight: z.number() })) }
const params = z.object({ parcelId: z.string() })
const parcel = (spec: Partial<Route['spec']>): Route['spec'] =>
  route(
    { method: 'POST', path: '/api/parcels', auth: 'user', ...spec, answers } as typeof spec & Route['spec'],
    nothing,
  ).spec

const send = parcel({ operationId: 'sendParcel' })
const look = parcel({ operationId: 'lookAtParcel', method: 'GET', params })
const insure = parcel({ operationId: 'insureParcel', body: z.object({ parcelId: z.string() }) })
const weigh = parcel({ operationId: 'weighParcel', query: z.object({ weight: z.string() }) })
const lose = parcel({ operationId: 'loseParcel', auth: 'admin', params })

test('from what was made one gets to whatever takes its id, in the path or in the body', () => {
  expect(linksFrom(send, 201, [send, look, insure, weigh])).toEqual({
    lookAtParcel: { operationId: 'lookAtParcel', parameters: { parcelId: '$response.body#/parcelId' } },
    insureParcel: { operationId: 'insureParcel', requestBody: { parcelId: '$response.body#/parcelId' } },
  })
})

test('what only an admin may do is no next step for a user', () => {
  expect(linksFrom(send, 201, [lose])).toBeUndefined()
  expect(Object.keys(linksFrom({ ...send, auth: 'admin' }, 201, [lose])!)).toEqual(['loseParcel'])
})

test('nothing follows from what was only read', () => {
  expect(linksFrom(look, 201, [send, look, insure])).toBeUndefined()
})
