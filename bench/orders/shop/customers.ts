import type { BenchServers } from '../../arena/servers.ts'

/** So few that the services remember their tokens: what a new one costs is measured with the coupons. */
const CUSTOMERS = 500

/** Those who order and pay; the n-th order is the (n mod `count`)-th customer's. */
export interface Customers {
  count: number
  userIdOf(n: number): number
  /** Text of a request with the n-th customer's token. */
  post(path: string, n: number, body: object, headers?: string): string
}

export async function inviteCustomers(servers: BenchServers): Promise<Customers> {
  const ids = Array.from({ length: CUSTOMERS }, (_, i) => i + 1)
  const tokens = await Promise.all(ids.map((id) => servers.token(id)))
  return {
    count: CUSTOMERS,
    userIdOf: (n) => ids[n % CUSTOMERS]!,
    post(path, n, body, headers = '') {
      const text = JSON.stringify(body)
      return `POST ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${tokens[n % CUSTOMERS]}\r\n${headers}Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`
    },
  }
}
