import { connect } from 'node:net'

/** Sends bytes to a local port and collects the answer until `complete` says that it is whole. */
export function exchange(port: number, request: Buffer, complete: (answer: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0)
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(request))
    const end = (settle: () => void) => {
      socket.destroy()
      settle()
    }
    socket.setTimeout(1_500, () => end(() => reject(new Error(`no answer on port ${port}`))))
    socket.on('error', (error) => end(() => reject(error)))
    socket.on('close', () => reject(new Error(`port ${port} closed the connection`)))
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      if (complete(answer)) end(() => resolve(answer))
    })
  })
}
