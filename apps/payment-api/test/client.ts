import { testToken } from '@firstcome/testing'

export interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

/** What a client can say to a payment-api at `url()`, as the user given. */
export function client(url: () => string) {
  async function call(
    method: string,
    path: string,
    userId: number,
    body?: object,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Answer> {
    const response = await fetch(`${url()}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await testToken(userId)}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal,
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] }
  }

  const pay = (userId: number, orderId: string, method = 'card', headers?: Record<string, string>) =>
    call('POST', '/api/payments', userId, { orderId, method }, headers)

  return { call, pay }
}
