import net from 'node:net'
import kafkajs, { type ISocketFactory, type Kafka as KafkaJS, type logCreator } from 'kafkajs'
import type { Logger } from 'pino'
import { registerSnappy } from './codec/snappy.ts'
import type { KafkaConfig } from './settings.ts'

registerSnappy()

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
  sockets = createSockets(connect),
): KafkaJS {
  return new kafkajs.Kafka({
    clientId,
    brokers: config.brokers,
    connectionTimeout: config.connectionTimeoutMs,
    requestTimeout: config.producer.requestTimeoutMs,
    socketFactory: sockets.factory,
    logCreator: pinoLogs(log),
  })
}

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
        process.nextTick(() => refused.destroy(new Error('this client was given up')))
        return refused
      }
      const socket = connect(host, port).once('connect', onConnect)
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      return socket
    },
    cut() {
      cut = true
      for (const socket of open) socket.destroy(new Error('this client was given up'))
    },
  }
}

/** kafkajs logs each retry as an error; whether something is one is decided by this runtime, so its lines go out a level lower. */
function pinoLogs(log: Logger): logCreator {
  const { ERROR, WARN } = kafkajs.logLevel
  return () =>
    ({ level, namespace, log: { message, timestamp: _, logger: __, ...details } }) => {
      const line = { kafkajs: namespace, ...details }
      if (level === ERROR || level === WARN) log.warn(line, message)
      else log.debug(line, message)
    }
}
