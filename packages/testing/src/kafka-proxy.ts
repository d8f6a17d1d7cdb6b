import { type FaultProxy, faultProxy, type Intercept } from './fault-proxy.ts'

/** Kinds of requests by their number in the protocol. */
const apiKeys = { produce: 0, fetch: 1, metadata: 3, offsetCommit: 8, joinGroup: 11, initProducerId: 22 } as const

export type KafkaRequest = keyof typeof apiKeys

/** What happens to one request. */
export type KafkaFault =
  /** It does not arrive, and the connection is cut: it was never done. */
  | 'reset-before'
  /** It is done, and the connection is cut instead of answering. */
  | 'reset-after'
  /** It is done, and its answer is lost while the connection stands. */
  | 'lose-answer'
  /** It is done, and from its answer on nothing comes back on this connection, which stands. */
  | 'fall-silent'
  /** It is done, and its answer, with all that follows on this connection, comes so many milliseconds later. */
  | { answerLaterMs: number }

export interface KafkaProxy extends FaultProxy {
  /**
   * The next request of this kind that no earlier call waits for meets this fault, once; resolves when it has: when the
   * request was not passed on, or its answer not passed back.
   */
  next(request: KafkaRequest, fault: KafkaFault): Promise<void>
}

interface Armed {
  apiKey: number
  fault: KafkaFault
  struck: () => void
}

/** A fault proxy in front of a broker that can tell requests apart. Clients reach it through `connect`. */
export async function kafkaProxy(broker: string): Promise<KafkaProxy> {
  const armed: Armed[] = []
  const proxy = await faultProxy(broker, strike(armed))
  return {
    ...proxy,
    next: (request, fault) =>
      new Promise((resolve) => armed.push({ apiKey: apiKeys[request], fault, struck: resolve })),
  }
}

/** A request is its size (int32), its kind (int16), a version (int16) and a correlation id (int32), with which its answer begins. */
const strike =
  (armed: Armed[]): Intercept =>
  ({ toServer, toClient, reset }) => {
    const awaited = new Map<number, Armed>()
    let cut = false
    let held: Buffer[] | undefined

    function cutOff() {
      cut = true
      reset()
    }

    function request(frame: Buffer) {
      if (cut) return
      const apiKey = frame.readInt16BE(4)
      const index = armed.findIndex((one) => one.apiKey === apiKey)
      if (index >= 0) {
        const [one] = armed.splice(index, 1)
        if (one!.fault === 'reset-before') {
          cutOff()
          return one!.struck()
        }
        awaited.set(frame.readInt32BE(8), one!)
      }
      toServer(frame)
    }

    function answer(frame: Buffer) {
      if (cut) return
      if (held) return void held.push(frame)
      const id = frame.readInt32BE(4)
      const one = awaited.get(id)
      if (!one) return toClient(frame)
      awaited.delete(id)
      if (one.fault === 'reset-after') cutOff()
      else if (one.fault === 'fall-silent') held = []
      else if (typeof one.fault === 'object') {
        held = []
        setTimeout(() => {
          const behind = held!
          held = undefined
          toClient(frame)
          for (const next of behind) answer(next)
        }, one.fault.answerLaterMs)
      }
      one.struck()
    }

    return { fromClient: frames(request), fromServer: frames(answer) }
  }

/** Cuts a stream of bytes into whole messages, sizes included. */
function frames(take: (frame: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0)
      const frame = rest.subarray(0, end)
      rest = rest.subarray(end)
      take(frame)
    }
  }
}
