import net from 'node:net'
import { API_KEYS, type Exchange, type KafkaApi } from './plan.ts'

interface Request {
  api: KafkaApi
  /** Those of the topics asked about that it names. */
  topics: string[]
}

/**
 * Is told of each request that names one of the topics. `request`: it is about to be written; what ends the process here keeps
 * it from leaving. `written`: the kernel has it. `answer`: the broker's answer is here, and the client has not seen it.
 */
export type Watcher = (at: Exchange, api: KafkaApi, topic: string) => void

/** Connects to brokers as the runtime does, and looks on. A frame is a size, then (request) api and correlation id, or (answer) correlation id. */
export function watchedConnect(
  topics: readonly string[],
  watcher: Watcher,
): (host: string, port: number) => net.Socket {
  return (host, port) => {
    const socket = net.connect({ host, port, noDelay: true })
    const waiting = new Map<number, Request>()
    const tell = (at: Exchange, request: Request) => {
      for (const topic of request.topics) watcher(at, request.api, topic)
    }

    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
    socket.write = (...args: unknown[]) => {
      const [frame] = args
      const request = Buffer.isBuffer(frame) && readRequest(frame, topics)
      if (request) {
        waiting.set(frame.readInt32BE(8), request)
        tell('request', request)
        setImmediate(() => tell('written', request))
      }
      return write(...args)
    }

    let rest = Buffer.alloc(0)
    // Before kafkajs listens, so that it has not seen what is seen here.
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 8 && rest.length >= 4 + rest.readInt32BE(0)) {
        const request = waiting.get(rest.readInt32BE(4))
        waiting.delete(rest.readInt32BE(4))
        rest = rest.subarray(4 + rest.readInt32BE(0))
        if (request) tell('answer', request)
      }
    })
    return socket
  }
}

function readRequest(frame: Buffer, topics: readonly string[]): Request | undefined {
  if (frame.length < 12) return undefined
  const key = frame.readInt16BE(4)
  for (const [api, value] of Object.entries(API_KEYS)) {
    if (value === key) return { api: api as KafkaApi, topics: topics.filter((topic) => names(frame, topic)) }
  }
  return undefined
}

/** A name stands behind its length, so that a topic is not found in a longer one that begins with it. */
function names(frame: Buffer, topic: string): boolean {
  const name = Buffer.from(`\0\0${topic}`)
  name.writeInt16BE(name.length - 2)
  return frame.includes(name)
}
