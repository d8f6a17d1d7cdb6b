import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

/** What goes wrong in a member, by the numbers of messages. Travels to the process as JSON, in `MEMBER_PLAN`. */
export interface Plan {
  /** Messages that fail on their own, each time. */
  fails?: Record<number, Failure>
  /** Messages that fail in their first tries, so many, whoever makes them. */
  recovers?: Record<number, number>
  /** Messages whose handler never returns. */
  hangs?: number[]
  /** What each handler takes, inside its transaction; milliseconds. */
  slowMs?: number
  /** Where the process is killed, or stands still until it is continued: at the last of these, once all came to pass in this order. */
  dies?: Step[]
  stops?: Step[]
  /** Whole slices in one transaction; otherwise one message at a time behind the inbox. */
  batch?: boolean
  /** Nothing keeps a second delivery from a second effect: to see that the checks see it. */
  withoutInbox?: boolean
}

/** `row`: Postgres refuses the effect. The others are thrown, `string` as no Error at all. */
export type Failure = 'error' | 'type-error' | 'string' | 'row'

/** A place in the course of one message's work, or a Kafka request that names this topic (with prefix). */
export type Step =
  | { at: 'before-handler' | 'in-transaction' | 'before-database-commit' | 'after-database-commit'; n: number }
  | { at: Exchange; api: KafkaApi; topic: string }
  /** What a relay asks its database. */
  | { at: Exchange; statement: Statement }

/** A request is about to be written: nothing of it leaves. It has been written. An answer has arrived: nobody has seen it yet. */
export type Exchange = 'request' | 'written' | 'answer'

export type Statement = 'read' | 'delete'

export type KafkaApi = keyof typeof API_KEYS

export const API_KEYS = { Produce: 0, OffsetCommit: 8 } as const

/** Calls `then` when the last of `steps` comes to pass, if all before it have, in their order. */
export function inOrder(steps: readonly Step[] = [], then: () => void): (step: Step) => void {
  let passed = 0
  return (step) => {
    const awaited = steps[passed]
    if (!awaited || !isDeepStrictEqual(awaited, step)) return
    passed++
    if (passed === steps.length) then()
  }
}

/** What the plan has for message `n`; `tries` asks how many it has had, this one included. */
export async function act(plan: Plan, n: number, tries: () => Promise<number>): Promise<void> {
  if (plan.slowMs) await sleep(plan.slowMs)
  if (plan.hangs?.includes(n)) await new Promise(() => {})
  const recovery = plan.recovers?.[n]
  if (recovery !== undefined && (await tries()) <= recovery) throw new Error(`message ${n} is not ripe`)
  const failure = plan.fails?.[n]
  if (failure === 'error') throw new Error(`message ${n} does not please`)
  if (failure === 'type-error') (undefined as unknown as { boom(): void }).boom()
  if (failure === 'string') throw `message ${n} is no Error`
}
