import { Socket } from 'node:net'

/**
 * Loaded before the service itself, this kills its process as it talks to Postgres or Kafka, where `DIE_AT` says: `<step> <moment>`.
 * The service is the real one, and knows nothing of it.
 */
export type DieAt = `${'place' | 'confirm' | 'offset'} ${'request' | 'written' | 'answer'}`

/** So many of them go well before. */
const SPARED = { place: 5, confirm: 0, offset: 0 }
const OFFSET_COMMIT = 8

const [step, moment] = (process.env.DIE_AT ?? '').split(' ') as [keyof typeof SPARED, string]
let toCome = SPARED[step]
let confirmed = false
/** Connections whose transaction has taken something in. */
const confirming = new WeakSet<Socket>()

const die = () => process.kill(process.pid, 'SIGKILL')

/** The step that this request is the end of: an order's one statement, a commit, or that of the group's offsets, once there are any. */
function stepOf(socket: Socket, bytes: Buffer): keyof typeof SPARED | undefined {
  if (bytes.length > 8 && bytes.readInt16BE(4) === OFFSET_COMMIT && bytes.readInt32BE(0) === bytes.length - 4) {
    return confirmed && bytes.includes('payment-completed') ? 'offset' : undefined
  }
  const text = bytes.toString('latin1')
  if (text.includes('insert into orders')) return 'place'
  if (text.includes('BEGIN')) confirming.delete(socket)
  if (text.includes('insert into inbox')) confirming.add(socket)
  return text.includes('COMMIT') && confirming.has(socket) ? 'confirm' : undefined
}

const write = Socket.prototype.write
Socket.prototype.write = function (this: Socket, ...args: unknown[]) {
  const [bytes] = args
  const reached = Buffer.isBuffer(bytes) ? stepOf(this, bytes) : undefined
  if (reached === 'confirm') confirmed = true
  if (!reached || reached !== step || toCome-- > 0) return Reflect.apply(write, this, args)
  if (moment === 'request') die()
  const went = Reflect.apply(write, this, args)
  if (moment === 'written') setImmediate(die)
  if (moment === 'answer') dieAtAnswer(this, reached === 'offset' ? (bytes as Buffer).readInt32BE(8) : undefined)
  return went
}

/** Postgres answers one query at a time; an answer of Kafka begins with its size and the correlation id of its request. */
function dieAtAnswer(socket: Socket, correlationId: number | undefined): void {
  socket.prependListener('data', (chunk: Buffer) => {
    const id = Buffer.alloc(4)
    id.writeInt32BE(correlationId ?? 0)
    if (correlationId === undefined || chunk.includes(id)) die()
  })
}
