import { type TestApp, testToken } from '@firstcome/testing'

export interface StatusEvent {
  id: string
  event: string
  data: Record<string, unknown>
}

export interface Stream {
  status: number
  /** What arrived so far. */
  events: StatusEvent[]
  /** All of it, comments and `retry` included. */
  text(): string
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>
  leave(): void
}

/** Follows `/api/coupon-requests/{requestId}/events` as a user. */
export async function follow(
  app: TestApp,
  userId: number,
  requestId: unknown,
  headers: Record<string, string> = {},
): Promise<Stream> {
  const abort = new AbortController()
  const response = await fetch(`${app.url}/api/coupon-requests/${requestId}/events`, {
    headers: { authorization: `Bearer ${await testToken(userId)}`, ...headers },
    signal: abort.signal,
  })
  const events: StatusEvent[] = []
  let all = ''
  const heard = (chunk: string) => {
    all += chunk
  }
  const ended = read(response, events, heard)
  return { status: response.status, events, text: () => all, ended, leave: () => abort.abort() }
}

async function read(response: Response, events: StatusEvent[], heard: (chunk: string) => void): Promise<void> {
  if (!response.body) return
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    heard(chunk)
    const frames = (text + chunk).split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) {
      const fields = new Map(frame.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]))
      const data = fields.get('data')
      if (data) events.push({ id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: JSON.parse(data) })
    }
  }
}
