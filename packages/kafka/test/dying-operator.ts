import { randomUUID } from 'node:crypto'
import net from 'node:net'
import { pino } from 'pino'
import type { Connect } from '../src/client.ts'
import { actReplay } from '../src/operator/act.ts'
import { kafkaConfig } from '../src/settings.ts'

/**
 * `replay --yes` of everything, in a process that meets SIGNAL at one of its produce requests: `before:2` in place of sending
 * the second one, `after:2` when it has left and before its answer. A batch makes three: intents, records, ends.
 */
const { KAFKA_BROKERS, KAFKA_PREFIX, SIGNAL, AT, LEASE_MS, BATCH } = process.env as Record<string, string>
const [when, number] = AT!.split(':')

const PRODUCE = 0
let requests = 0

const connect: Connect = (host, port) => {
  const socket = net.connect({ host, port, noDelay: true })
  const { write } = socket
  socket.write = (chunk: string | Uint8Array, ...rest: never[]) => {
    const mine = Buffer.from(chunk as Uint8Array).readInt16BE(4) === PRODUCE && ++requests === Number(number)
    if (mine) console.log('here')
    if (mine && when === 'before') process.kill(process.pid, SIGNAL)
    const more = write.call(socket, chunk, ...rest)
    if (mine && when === 'after') setImmediate(() => process.kill(process.pid, SIGNAL))
    return more
  }
  return socket
}

process.exitCode = await actReplay(
  { name: 'replay', filter: {}, again: false, maxReplays: 3, yes: true, json: false, by: 'the dying one' },
  { run: randomUUID(), by: 'the dying one' },
  {
    config: kafkaConfig({ brokers: [KAFKA_BROKERS!], registryUrl: '', prefix: KAFKA_PREFIX! }),
    identity: { clientId: 'dlt', log: pino({ level: 'silent' }), connect },
    output: { say: console.log, warn: console.log },
    leaseMs: Number(LEASE_MS),
    batch: Number(BATCH),
  },
)
