import { waitFor } from '@firstcome/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Shop, startShop } from '../../test/start-shop.ts'

let checked: Shop
let free: Shop

beforeAll(async () => {
  ;[checked, free] = await Promise.all([
    startShop({ HTTP_CHECK_ANSWERS: 'true' }),
    startShop({ HTTP_CHECK_ANSWERS: 'false' }),
  ])
})

const receipt = { total: 3, items: [{ itemId: 1 }] }
const location = { Location: '/api/receipts/1' }

describe('an answer that is as its route declares', () => {
  test.each([
    ['a body that fits', { status: 200, reply: receipt }],
    ['with a header that may be there', { status: 200, reply: receipt, headers: location }],
    [
      'with the header that must be there, however it is spelled',
      { status: 201, reply: receipt, headers: { location: '/api/receipts/1' } },
    ],
    ['no body', { status: 204 }],
    ['a code', { status: 409, code: 'SOLD_OUT' }],
    ['a member', { status: 409, code: 'CLOSED', members: { left: 1 } }],
    ['either form of a status: a document', { status: 503, reply: { jam: 'a coin' }, headers: { 'Retry-After': '1' } }],
    ['either form of a status: a problem', { status: 503, code: 'RUSH' }],
    ['what needs no words: an outage', { status: 503, code: 'UNAVAILABLE', headers: { 'Retry-After': '1' } }],
  ])('%s', async (_what, wish) => {
    expect((await checked.send('POST', '/receipts', wish)).status).toBe(wish.status)
  })

  test('what the kit answers for the route is declared of itself', async () => {
    expect((await checked.send('POST', '/receipts', {})).status).toBe(400)
    expect((await checked.send('POST', '/receipts', '{')).status).toBe(400)
    expect((await checked.send('POST', '/receipts', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await checked.send('POST', '/receipts', 'x'.repeat(17_000))).status).toBe(413)
  })
})

describe('an answer that is not is an internal error, and the log says why', () => {
  test.each([
    ['a status that is not declared', { status: 202, reply: receipt }, 'no such answer is declared'],
    ['a body that does not fit', { status: 200, reply: { ...receipt, total: -1 } }, 'at total'],
    ['a field that is not declared', { status: 200, reply: { ...receipt, tax: 1 } }, '"tax"'],
    ['one further down', { status: 200, reply: { total: 1, items: [{ itemId: 1, price: 2 }] } }, 'at items[0]'],
    ['a body where there is none', { status: 204, reply: receipt }, 'no body'],
    ['no body where there is one', { status: 200 }, 'expected object'],
    ['a header that is missing', { status: 201, reply: receipt }, 'the header location is missing'],
    [
      'a header of another form',
      { status: 201, reply: receipt, headers: { Location: 'here' } },
      'the header location is here',
    ],
    [
      'a header that is not declared',
      { status: 200, reply: receipt, headers: { 'Retry-After': '1' } },
      'retry-after is not declared',
    ],
    ['a code that is not declared', { status: 409, code: 'HOLIDAY' }, '409 HOLIDAY'],
    ['a code of another status', { status: 410, code: 'SOLD_OUT' }, '410 SOLD_OUT'],
    ['a member that is not declared', { status: 409, code: 'SOLD_OUT', members: { right: 1 } }, '"right"'],
    ['a form of a status without its header', { status: 503, reply: { jam: 'a coin' } }, 'retry-after is missing'],
  ])('%s', async (_what, wish, words) => {
    const known = checked.logs().length
    const response = await checked.send('POST', '/receipts', wish)
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ status: 500, code: 'INTERNAL' })
    await waitFor('the reason', () =>
      JSON.stringify(checked.logs().slice(known)).includes(JSON.stringify(words).slice(1, -1)),
    )

    // Off, which is what it is by default, the route answers as it likes.
    const unchecked = await free.send('POST', '/receipts', wish)
    expect(unchecked.status).toBe(wish.status)
  })

  test.each(['receipt', 'refund'])('an event that is not as declared ends its stream: %s', async (event) => {
    const stream = await checked.request(`/receipts/${event}`)
    await expect(stream.text()).rejects.toThrow()
    await waitFor('the reason', () =>
      checked.logs().some(({ err }) => JSON.stringify(err ?? '').includes(`sends the event ${event}`)),
    )
    expect((await (await free.request(`/receipts/${event}`)).text()).match(/data:/g)).toHaveLength(2)
  })
})
