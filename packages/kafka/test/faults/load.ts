import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EncodedRecord, Position, SendOptions } from '../../src/index.ts'
import { topic } from '../../src/testbed.ts'
import type { Outcome, Sent } from './history.ts'

export type Send = (record: EncodedRecord, options?: SendOptions) => Promise<Position>

export interface Load {
  /** How many records were acknowledged so far. */
  acknowledged(): number
  /** Everything that was sent, in the order of the send calls, once each record has its outcome. */
  end(): Promise<Sent[]>
}

export interface LoadOptions {
  callers?: number
  keys?: number
  /** How many records one caller leaves unanswered before it waits. */
  window?: number
}

/** The longer form of the fault tests (`npm run test:faults`): longer outages, more records, several seeds. */
export const long = process.env.FIRSTCOME_FAULTS === 'long'

/** FIRSTCOME_SEED repeats the choices of a run; what the network and the broker make of them is up to them. */
export function seeds(): number[] {
  const given = process.env.FIRSTCOME_SEED
  if (given) return [Number(given)]
  return Array.from({ length: long ? 3 : 1 }, () => randomInt(2 ** 31))
}

/** Mulberry32: numbers from 0 to below 1 that depend on the seed alone. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function record(id: string, key: string): EncodedRecord {
  return { topic, key, value: Buffer.from(`body of ${id}`), headers: { ce_id: id } }
}

/** Many callers that send to several keys at once, none waiting for another, until the load is ended. */
export function startLoad(
  send: Send,
  seed: number,
  { callers = 16, keys = 6, window = long ? 300 : 40 }: LoadOptions = {},
): Load {
  const history: (Omit<Sent, 'outcome'> & { outcome: Promise<Outcome> })[] = []
  let acknowledged = 0
  let ended = false

  async function outcomeOf(sending: Promise<Position>): Promise<Outcome> {
    try {
      const { partition, offset } = await sending
      acknowledged++
      return { type: 'ok', partition, offset }
    } catch (error) {
      return failure(error)
    }
  }

  async function call(caller: number): Promise<void> {
    const draw = random(seed + caller)
    let open = 0
    for (let i = 0; !ended; i++) {
      const one = record(`${caller}-${i}`, `key-${Math.floor(draw() * keys)}`)
      const outcome = outcomeOf(send(one))
      history.push({ id: `${caller}-${i}`, key: one.key, body: one.value.toString(), outcome })
      open++
      const answered = outcome.then(() => open--)
      if (open >= window) await answered
      // Sometimes right behind the last one, in the same request; sometimes behind a request that is on its way.
      if (draw() < 0.7) await sleep(1 + draw() * 20)
    }
  }

  const calls = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
  return {
    acknowledged: () => acknowledged,
    async end() {
      ended = true
      await calls
      return Promise.all(history.map(async (one) => ({ ...one, outcome: await one.outcome })))
    },
  }
}

/** Codes that promise that nothing was written. What else is thrown promises nothing. */
const refusals = new Set(['BUFFER_FULL', 'RECORD_TOO_LARGE', 'RECORD_REJECTED'])

function failure(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return refusals.has(code) ? { type: 'fail', code } : { type: 'unknown', code }
}
