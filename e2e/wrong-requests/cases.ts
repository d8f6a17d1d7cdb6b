import { type Call, someUser } from '../client.ts'

/** A request, and the answer it must get. `field` is the one a validation problem names, `wrong` what is wrong with it. */
export interface Wrong {
  what: string
  to: string
  call?: Call
  status: number
  code?: string
  field?: string
  wrong?: string
  headers?: Record<string, RegExp>
}

export const user = someUser()
export const other = someUser()
/** A UUIDv7 that nothing has. */
export const unknownId = '0198c5d2-7f2e-7b3a-9c41-2f6d5a8e1b07'

const order = { items: [{ productId: 1, quantity: 1 }] }
const invalid = { status: 400, code: 'VALIDATION_FAILED' }

/** No policy has it, and there is nothing to wait for: the worker knows at once. */
const noPolicy = 9007199254740991
const restock = `POST /api/coupon-policies/${noPolicy}/stock`

function wrongRestock(what: string, body: object, field: string): Wrong {
  return { what, to: restock, call: { as: 'admin', body }, ...invalid, field }
}

/** All of them asked with the token of `user`, unless the case says otherwise. */
export const wrongRequests: Wrong[] = [
  {
    what: "another user's coupon",
    to: `POST /api/coupons/${other}`,
    call: { body: { couponPolicyId: 1 } },
    status: 403,
    code: 'FORBIDDEN',
  },
  { what: "another user's coupons", to: `GET /api/coupons/${other}`, status: 403, code: 'FORBIDDEN' },
  {
    what: 'a policy made by somebody who is no admin',
    to: 'POST /api/coupon-policies',
    call: { body: { name: 'x', totalQuantity: 1 } },
    status: 403,
    code: 'FORBIDDEN',
  },
  {
    what: 'a user id that is no number',
    to: 'POST /api/coupons/abc',
    call: { body: { couponPolicyId: 1 } },
    ...invalid,
    field: 'userId',
  },
  {
    what: 'a user id of zero',
    to: 'POST /api/coupons/0',
    call: { body: { couponPolicyId: 1 } },
    ...invalid,
    field: 'userId',
  },
  { what: 'a user id below zero', to: 'GET /api/coupons/-1', ...invalid, field: 'userId' },
  { what: 'a user id beyond 2^53 - 1', to: 'GET /api/coupons/9007199254740992', ...invalid, field: 'userId' },
  {
    what: 'an unknown policy',
    to: `POST /api/coupons/${user}`,
    call: { body: { couponPolicyId: 9007199254740991 } },
    status: 404,
    code: 'COUPON_POLICY_NOT_FOUND',
  },
  {
    what: 'reading an unknown policy',
    to: 'GET /api/coupon-policies/9007199254740991',
    status: 404,
    code: 'COUPON_POLICY_NOT_FOUND',
  },
  { what: 'an unknown coupon request', to: `GET /api/coupon-requests/${unknownId}`, status: 404 },
  { what: 'an unknown order', to: `GET /api/orders/${unknownId}`, status: 404, code: 'ORDER_NOT_FOUND' },
  { what: 'an order id that is none', to: 'GET /api/orders/12', status: 404, code: 'ORDER_NOT_FOUND' },
  { what: 'an unknown payment', to: `GET /api/payments/${unknownId}`, status: 404, code: 'PAYMENT_NOT_FOUND' },
  {
    what: 'paying an unknown order',
    to: 'POST /api/payments',
    call: { body: { orderId: unknownId, method: 'card' } },
    status: 404,
    code: 'ORDER_NOT_FOUND',
  },
  {
    what: 'a negative quantity',
    to: 'POST /api/orders',
    call: { body: { items: [{ productId: 1, quantity: -1 }] } },
    ...invalid,
    field: 'items.0.quantity',
    wrong: 'TOO_SMALL',
  },
  {
    what: 'a quantity of zero',
    to: 'POST /api/orders',
    call: { body: { items: [{ productId: 1, quantity: 0 }] } },
    ...invalid,
    field: 'items.0.quantity',
    wrong: 'TOO_SMALL',
  },
  {
    what: 'one and a half of a product',
    to: 'POST /api/orders',
    call: { body: { items: [{ productId: 1, quantity: 1.5 }] } },
    ...invalid,
    field: 'items.0.quantity',
    wrong: 'NOT_AN_INTEGER',
  },
  {
    what: 'a quantity in words',
    to: 'POST /api/orders',
    call: { body: { items: [{ productId: 1, quantity: '1' }] } },
    ...invalid,
    field: 'items.0.quantity',
    wrong: 'WRONG_TYPE',
  },
  {
    what: 'an order of nothing',
    to: 'POST /api/orders',
    call: { body: { items: [] } },
    ...invalid,
    field: 'items',
    wrong: 'TOO_FEW',
  },
  {
    what: 'a quantity of 2^53',
    to: 'POST /api/orders',
    call: { body: { items: [{ productId: 1, quantity: 2 ** 53 }] } },
    ...invalid,
    field: 'items.0.quantity',
    wrong: 'TOO_LARGE',
  },
  {
    what: 'an order of 101 items',
    to: 'POST /api/orders',
    call: { body: { items: Array.from({ length: 101 }, () => order.items[0]) } },
    ...invalid,
    field: 'items',
    wrong: 'TOO_MANY',
  },
  {
    what: 'an order of 1,000 items',
    to: 'POST /api/orders',
    call: { body: { items: Array.from({ length: 1_000 }, () => order.items[0]) } },
    status: 413,
    code: 'BODY_TOO_LARGE',
  },
  {
    what: 'a product that the shop does not have',
    to: 'POST /api/orders',
    call: { body: { items: [{ productId: 9007199254740991, quantity: 1 }] } },
    status: 422,
    code: 'PRODUCT_UNKNOWN',
  },
  {
    what: 'a payment method that there is not',
    to: 'POST /api/payments',
    call: { body: { orderId: unknownId, method: 'barter' } },
    status: 422,
    code: 'PAYMENT_METHOD_UNKNOWN',
  },
  {
    what: 'a payment under a key of 300 characters',
    to: 'POST /api/payments',
    call: { body: { orderId: unknownId, method: 'card' }, headers: { 'idempotency-key': 'k'.repeat(300) } },
    status: 400,
    code: 'IDEMPOTENCY_KEY_MALFORMED',
  },
  {
    what: 'a negative stock',
    to: 'POST /api/coupon-policies',
    call: { as: 'admin', body: { name: 'x', totalQuantity: -5 } },
    ...invalid,
    field: 'totalQuantity',
  },
  {
    what: 'a restock by somebody who is no admin',
    to: restock,
    call: { body: { add: 1 } },
    status: 403,
    code: 'FORBIDDEN',
  },
  {
    what: 'a close by somebody who is no admin',
    to: `POST /api/coupon-policies/${noPolicy}/close`,
    status: 403,
    code: 'FORBIDDEN',
  },
  {
    what: 'a restock of an unknown policy',
    to: restock,
    call: { as: 'admin', body: { add: 1 } },
    status: 404,
    code: 'COUPON_POLICY_NOT_FOUND',
  },
  {
    what: 'a close of an unknown policy',
    to: `POST /api/coupon-policies/${noPolicy}/close`,
    call: { as: 'admin' },
    status: 404,
    code: 'COUPON_POLICY_NOT_FOUND',
  },
  wrongRestock('a restock of nothing', { add: 0 }, 'add'),
  wrongRestock('a restock below zero', { add: -1 }, 'add'),
  wrongRestock('a restock by half a coupon', { add: 0.5 }, 'add'),
  wrongRestock('a restock in words', { add: '1' }, 'add'),
  wrongRestock('a restock beyond a thousand million', { add: 1_000_000_001 }, 'add'),
  wrongRestock('a restock without a number', {}, 'add'),
  wrongRestock('an unknown field in a restock', { add: 1, totalQuantity: 1 }, 'totalQuantity'),
  { what: 'a restock without a body', to: restock, call: { as: 'admin', raw: '' }, ...invalid, field: 'body' },
  {
    what: 'a restock under a key that is none',
    to: restock,
    call: { as: 'admin', body: { add: 1 }, headers: { 'idempotency-key': 'with space' } },
    ...invalid,
    field: 'idempotency-key',
  },
  {
    what: 'a restock of a policy whose id is no number',
    to: 'POST /api/coupon-policies/abc/stock',
    call: { as: 'admin', body: { add: 1 } },
    ...invalid,
    field: 'couponPolicyId',
  },
  { what: 'a page of no policies', to: 'GET /api/coupon-policies?limit=0', ...invalid, field: 'limit' },
  { what: 'a page of too many policies', to: 'GET /api/coupon-policies?limit=201', ...invalid, field: 'limit' },
  {
    what: 'policies of a status there is not',
    to: 'GET /api/coupon-policies?status=open',
    ...invalid,
    field: 'status',
  },
  { what: 'policies after nothing', to: 'GET /api/coupon-policies?after=-1', ...invalid, field: 'after' },
  {
    what: 'an unknown field',
    to: 'POST /api/orders',
    call: { body: { ...order, discount: 100 } },
    ...invalid,
    field: 'discount',
    wrong: 'UNKNOWN_FIELD',
  },
  {
    what: 'an unknown field further down',
    to: 'POST /api/orders',
    call: { body: { items: [{ productId: 1, quantity: 1, price: 0 }] } },
    ...invalid,
    field: 'items.0.price',
  },
  {
    what: 'an unknown field in a coupon request',
    to: `POST /api/coupons/${user}`,
    call: { body: { couponPolicyId: 1, rank: 1 } },
    ...invalid,
    field: 'rank',
  },
  {
    what: 'an unknown field in a query',
    to: 'GET /api/rankings/best-sellers?period=daily&sort=asc',
    ...invalid,
    field: 'sort',
  },
  { what: 'a period there is not', to: 'GET /api/rankings/best-sellers?period=hourly', ...invalid, field: 'period' },
  { what: 'broken JSON', to: 'POST /api/orders', call: { raw: '{"items":[' }, status: 400, code: 'MALFORMED_JSON' },
  { what: 'no body', to: 'POST /api/orders', call: { raw: '' }, status: 400 },
  {
    what: 'a body of 17 KiB',
    to: 'POST /api/orders',
    call: { raw: JSON.stringify({ items: [], note: 'x'.repeat(17 * 1024) }) },
    status: 413,
    code: 'BODY_TOO_LARGE',
  },
  {
    what: 'a content type that is not JSON',
    to: 'POST /api/orders',
    call: { raw: 'items=1', headers: { 'content-type': 'text/plain' } },
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  {
    what: 'a form',
    to: `POST /api/coupons/${user}`,
    call: { raw: 'couponPolicyId=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  { what: 'an unknown path', to: 'GET /api/nothing-here', status: 404, code: 'ROUTE_NOT_FOUND' },
  { what: 'an unknown path below a known one', to: 'GET /api/orders/a/b/c', status: 404, code: 'ROUTE_NOT_FOUND' },
  { what: 'a path outside the API', to: 'GET /metrics', status: 404, code: 'ROUTE_NOT_FOUND' },
  {
    what: 'a wrong method',
    to: `DELETE /api/orders/${unknownId}`,
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    headers: { allow: /GET/ },
  },
  {
    what: 'a wrong method on a collection',
    to: 'PUT /api/payments',
    call: { body: {} },
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    headers: { allow: /POST/ },
  },
  {
    what: 'a wrong method on a collection that is made in one service and read in another',
    to: 'PUT /api/coupon-policies',
    call: { body: {} },
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    headers: { allow: /GET.*POST/ },
  },
  {
    what: 'a wrong method on a change of a policy',
    to: 'GET /api/coupon-policies/1/stock',
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    headers: { allow: /POST/ },
  },
  {
    what: 'a wrong method on a shared path',
    to: 'DELETE /api/coupon-policies/1',
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    headers: { allow: /GET/ },
  },
]
