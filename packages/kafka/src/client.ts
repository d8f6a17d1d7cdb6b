import net from 'node:net'
import kafkajs, { type ISocketFactory, type Kafka as KafkaJS, type logCreator } from 'kafkajs'
import type { Logger } from 'pino'
import { registerSnappy } from './codec/snappy.ts'
import type { KafkaConfig } from './settings.ts'

registerSnappy()

/** Retries inside kafkajs; what comes after them is this runtime's. */
export type Patience = 'brief' | 'long'

/**
 * `brief`: a few, then the caller decides. `long`: about a minute, longer than a member's session: a consumer that gave up
 * earlier would join again as somebody new, and the group would wait for its former self to time out.
 */
const retries = { brief: 3, long: 60 }

/** Opens the connection to a broker. Tests put a faulty network here: brokers announce their own addresses, so a proxy has no other place. */
export type Connect = (host: string, port: number) => net.Socket

/** Whose connections they are, where its lines go, and the network they take. */
export interface Identity {
  clientId: string
  log: Logger
  connect?: Connect | undefined
}

const overTcp: Connect = (host, port) =>
  net.connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 })

/** kafkajs objects die with their client: each producer and consumer gets one of its own, so that none shares sockets or offsets. */
export function createClient(
  config: Pick<KafkaConfig, 'brokers' | 'connectionTimeoutMs' | 'producer'>,
  { clientId, log, connect }: Identity,
  { sockets = createSockets(connect), patience = 'brief' }: { sockets?: Sockets; patience?: Patience } = {},
): KafkaJS {
  return new kafkajs.Kafka({
    clientId,
    brokers: config.brokers,
    connectionTimeout: config.connectionTimeoutMs,
    requestTimeout: config.producer.requestTimeoutMs,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: retries[patience] },
    socketFactory: sockets.factory,
    logCreator: pinoLogs(log),
  })
}

const GIVEN_UP = 'this client was given up'

export interface Sockets {
  factory: ISocketFactory
  /** Closes what is open and lets nothing be opened again. */
  cut(): void
}

/**
 * The sockets of one kafkajs client, with a way to cut them all. A producer that was given up must not reconnect and retry
 * behind our back: its late retry would land after newer records of the same key.
 */
export function createSockets(connect: Connect = overTcp): Sockets {
  const open = new Set<net.Socket>()
  let cut = false
  return {
    factory: ({ host, port, onConnect }) => {
      if (cut) {
        const refused = new net.Socket()
        process.nextTick(() => refused.destroy(new Error(GIVEN_UP)))
        return refused
      }
      const socket = connect(host, port).once('connect', onConnect)
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      return socket
    },
    cut() {
      cut = true
      // With an error: kafkajs hears of nothing else, and would wait for its answers until they time out.
      for (const socket of open) socket.destroy(new Error(GIVEN_UP))
    },
  }
}

/** Our own doing, and what each idempotent producer with a limit to its retries is told: here they go on outside of kafkajs. */
const EXPECTED = new RegExp(`${GIVEN_UP}|^Limiting retries for the idempotent producer`)

/** kafkajs logs each retry as an error; whether something is one is decided by this runtime, so its lines go out a level lower. */
function pinoLogs(log: Logger): logCreator {
  const { ERROR, WARN } = kafkajs.logLevel
  return () =>
    ({ level, namespace, log: { message, timestamp: _, logger: __, ...details } }) => {
      const line = { kafkajs: namespace, ...details }
      if ((level === ERROR || level === WARN) && !EXPECTED.test(message)) log.warn(line, message)
      else log.debug(line, message)
    }
}
