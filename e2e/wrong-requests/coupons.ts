import { invalid, other, unknownId, user, type Wrong } from './wrong.ts'

/** No policy has it, and there is nothing to wait for: the worker knows at once. */
const noPolicy = 9007199254740991
const restock = `POST /api/coupon-policies/${noPolicy}/stock`

function wrongRestock(what: string, body: object, field: string): Wrong {
  return { what, to: restock, call: { as: 'admin', body }, ...invalid, field }
}

export const wrongCouponRequests: Wrong[] = [
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
    what: 'an unknown field in a coupon request',
    to: `POST /api/coupons/${user}`,
    call: { body: { couponPolicyId: 1, rank: 1 } },
    ...invalid,
    field: 'rank',
  },
]
