import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Answer {
  status: number
  body: Buffer
}

/** One keep-alive connection, one request at a time. Knows just enough HTTP, so that little of the machine goes into asking. */
export interface Connection {
  exchange(request: string): Promise<Answer>
  close(): void
}

export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  let received: Buffer | undefined

  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = undefined
  }
  socket.on('data', (chunk: Buffer) => {
    received = received ? Buffer.concat([received, chunk]) : chunk
    const answer = parse(received)
    if (!answer) return
    received = undefined
    const { resolve } = waiting!
    waiting = undefined
    resolve(answer)
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error(`${url} closed the connection`)))

  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request, 'latin1')
      }),
    close: () => void socket.destroy(),
  }
}

/** Undefined while something is missing. */
function parse(received: Buffer): Answer | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = received.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)
  if (!length) throw new Error(`an answer without a length:\n${head}`)
  const body = end + 4
  if (received.length < body + Number(length[1])) return undefined
  // "HTTP/1.1 202 …"
  return { status: Number(head.slice(9, 12)), body: received.subarray(body) }
}
