import { unknownId, user, type Wrong } from './wrong.ts'

/** Whatever they are about: bodies, paths, methods. */
export const wrongHttpRequests: Wrong[] = [
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
