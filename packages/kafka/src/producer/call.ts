import type { KafkaError } from '../errors/kafka-error.ts'
import { type Pending, type Position, type RawRecord, sizeOf } from './record.ts'

/** Hears of each record of a call that is settled, before the caller does. */
export type OnSettled = (bytes: number, error: KafkaError | undefined) => void

/** One `send` on its way: its records are settled one by one, its caller hears once, when the last of them is. */
export class Call {
  readonly promise: Promise<Position[]>
  readonly timestamp: string
  readonly deadline: number
  readonly #positions: Position[]
  readonly #onSettled: OnSettled
  readonly #resolve: (positions: Position[]) => void
  readonly #reject: (error: KafkaError) => void
  #open: number
  #failure: KafkaError | undefined

  /** `now` and `deadline` are epoch milliseconds. */
  constructor(records: number, now: number, deadline: number, onSettled: OnSettled) {
    const { promise, resolve, reject } = Promise.withResolvers<Position[]>()
    this.promise = promise
    this.timestamp = String(now)
    this.deadline = deadline
    this.#positions = new Array(records)
    this.#open = records
    this.#onSettled = onSettled
    this.#resolve = resolve
    this.#reject = reject
  }

  settled(index: number, bytes: number, error: KafkaError | undefined, position: Position | undefined): void {
    this.#onSettled(bytes, error)
    if (position) this.#positions[index] = position
    this.#failure ??= error
    if (--this.#open > 0) return
    if (this.#failure) this.#reject(this.#failure)
    else this.#resolve(this.#positions)
  }
}

/** A class because there is one per record: an object with a closure of its own costs several times as much. */
export class CallRecord implements Pending {
  readonly topic: string
  readonly partition: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: RawRecord['headers']
  readonly timestamp: string
  readonly deadline: number
  readonly bytes: number
  settled = false
  readonly #call: Call
  readonly #index: number

  constructor(call: Call, index: number, record: RawRecord, partition: number) {
    this.topic = record.topic
    this.partition = partition
    this.key = record.key
    this.value = record.value
    this.headers = record.headers
    this.timestamp = call.timestamp
    this.deadline = call.deadline
    this.bytes = sizeOf(record)
    this.#call = call
    this.#index = index
  }

  settle(error: KafkaError | undefined, position?: Position): void {
    if (this.settled) return
    this.settled = true
    this.#call.settled(this.#index, this.bytes, error, position)
  }
}
