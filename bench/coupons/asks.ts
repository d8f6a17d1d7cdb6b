import type { BenchServers } from '../arena/servers.ts'

/** The text of a request for a coupon: the n-th user's, with a token of their own. */
export type Ask = (n: number, couponPolicyId: number, headers?: string) => string

const AT_ONCE = 64
const tokens: string[] = []

/** Tokens are made beforehand, and kept: the parts of a run ask as the same users. `users` more than the services remember. */
export async function prepareAsks(servers: BenchServers, users: number): Promise<Ask> {
  while (tokens.length < users) {
    const first = tokens.length + 1
    const size = Math.min(AT_ONCE, users - tokens.length)
    tokens.push(...(await Promise.all(Array.from({ length: size }, (_, i) => servers.token(first + i)))))
  }
  const heads = tokens
    .slice(0, users)
    .map((token, i) => `POST /api/coupons/${i + 1} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\n`)
  return (n, couponPolicyId, headers = '') => {
    const body = `{"couponPolicyId":${couponPolicyId}}`
    return `${heads[n % users]}${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }
}
