import { setTimeout as sleep } from 'node:timers/promises'
import { atEnd } from '../measure/endings.ts'
import { type Answer, type Connection, openConnection } from './connection.ts'

export interface Paced {
  url: string
  /** Requests a second. */
  rate: number
  count: number
  /** Text of the n-th request. */
  ask: (n: number) => string
  /** The n-th answer, and when the request was due (`performance.now()`): what waits for a connection has waited all the same. */
  answered: (answer: Answer, due: number, n: number) => void
}

const MOST_CONNECTIONS = 1_000

/** Asks at a fixed rate, answered or not. Resolves when the last one is answered. */
export async function openLoop({ url, rate, count, ask, answered }: Paced): Promise<void> {
  const all: Connection[] = []
  const idle: Connection[] = []
  const close = atEnd(async () => {
    for (const connection of all) connection.close()
  })
  const connection = async (): Promise<Connection> => {
    for (;;) {
      const free = idle.pop()
      if (free) return free
      if (all.length < MOST_CONNECTIONS) {
        const fresh = await openConnection(url)
        all.push(fresh)
        return fresh
      }
      await sleep(1)
    }
  }
  const one = async (n: number, due: number) => {
    const mine = await connection()
    answered(await mine.exchange(ask(n)), due, n)
    idle.push(mine)
  }
  const began = performance.now()
  const asked: Promise<void>[] = []
  let failure: unknown
  try {
    while (asked.length < count && failure === undefined) {
      const due = began + (asked.length * 1000) / rate
      if (due > performance.now()) await sleep(1)
      else {
        const failed = (error: unknown) => {
          failure ??= error
        }
        asked.push(one(asked.length, due).catch(failed))
      }
    }
    if (failure === undefined) await Promise.all(asked)
    if (failure !== undefined) throw failure
  } finally {
    await close()
  }
}
