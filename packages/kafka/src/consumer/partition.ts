import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { Message } from '../envelope.ts'
import { asError } from '../errors/kafka-error.ts'
import { isOutage } from '../errors/outage/outage.ts'
import { dueAt } from '../retry/origin.ts'
import { commit, commitAt } from './commit.ts'
import type { RetryPolicy } from './failure.ts'
import type { Handled } from './handler.ts'
import { createInHand } from './in-hand.ts'
import { read } from './read.ts'
import type { Runtime } from './runtime.ts'
import type { SetAside } from './set-aside.ts'
import { createSlices } from './slices.ts'
import type { Source } from './source.ts'
import { createStandstill } from './standstill.ts'

/**
 * kafkajs fetches again only when every partition of the last fetch is through with what it got: one with slow handlers, and a
 * thousand messages in hand, would keep the others waiting for all of them. After this long it gives the rest back, to be fetched again.
 */
const TURN_MS = 1_000

/** What a slice came to: how many are done, and then perhaps an error, of the given message where it could be read. */
interface Outcome extends Handled {
  /** Index of its first message in the fetched batch. */
  from: number
  messages: Message<unknown>[]
  layDown(): void
}

/**
 * Works through one fetched batch of one partition, slice by slice: decode, handle, commit, heartbeat. A slice that is still
 * told is committed while the next one is handled. Stops early, with the rest to be fetched again, when the consumer stops, the
 * partition is lost, or it has to wait: for what is away, or for a retry to fall due; never with a slice that is still told.
 * Lets only errors of kafkajs itself out: any other would make kafkajs give the consumer up.
 */
export async function consumePartition(
  payload: EachBatchPayload,
  source: Source,
  runtime: Runtime,
  policy: RetryPolicy,
  setAside: SetAside,
): Promise<void> {
  const { batch } = payload
  const { route } = source
  const { topic } = route.event
  const { partition, messages: raws } = batch
  const { config, troubles, signal, metrics, progress } = runtime
  const place = `${source.topic}/${partition}`
  const log = runtime.log.child({ topic: source.topic, partition })
  const labels = { consumergroup: runtime.group, topic: source.topic }
  const highWatermark = Number(batch.highWatermark)
  const slices = createSlices(source.retry ? 1 : config.consumer.maxPollRecords)
  const inHand = createInHand(runtime.busySince, place)
  const standstill = createStandstill({ payload, source, runtime, policy, setAside, inHand, log })
  const turnEnds = Date.now() + TURN_MS
  let at = 0
  /** Of the last slice, while it is told and committed. Resolves to what it came to: if it failed, nothing of it is done. */
  let finishing: Promise<Outcome> | undefined

  try {
    await workThrough()
    await finishing
  } catch (error) {
    await finishing?.catch(() => {})
    throw error
  } finally {
    runtime.busySince.delete(place)
  }

  async function workThrough() {
    progress.standsAt(place, timeOf(raws[0]!))
    while (at < raws.length && payload.isRunning() && !payload.isStale() && !signal.aborted) {
      if (source.retry && (await notDue(raws[at]!))) return
      const before = finishing
      const alone = source.retry || slices.searching() || standstill.troubleAt(raws[at]!) !== undefined
      let outcome = await handle(raws.slice(at, at + sliceSize()))
      at += outcome.done
      if (outcome.done > 0) slices.succeeded(outcome.done, at)
      finishing = finish(outcome, before)
      // It may come to nothing while the next slice is handled, before anybody waits for it.
      finishing.catch(() => {})
      const turnOver = Date.now() > turnEnds
      const nextMayBegin = outcome.told && outcome.error === undefined && !alone && !turnOver && at < raws.length
      if ((await before)?.error !== undefined || !nextMayBegin) {
        outcome = await finishing
        finishing = undefined
        at = outcome.from + outcome.done
      }
      // What fails because the consumer stops has not failed: it is delivered again.
      if (outcome.error !== undefined && !signal.aborted && (await waitsWith(outcome))) return
      await payload.heartbeat()
      // Not in the search for an offender, which would begin anew each time.
      if (outcome.error === undefined && turnOver) return
    }
  }

  function sliceSize() {
    // Its neighbours must not be handled again with each try of the one that fails.
    const tryingAgain = (standstill.troubleAt(raws[at]!)?.attempts ?? 0) > 0
    return tryingAgain ? 1 : slices.size()
  }

  /** From when on it could have been handled. */
  function timeOf({ headers, timestamp }: KafkaMessage) {
    return source.retry ? Math.max(dueAt(headers), Number(timestamp)) : Number(timestamp)
  }

  /** Pauses before a retry whose time has not come; those after it are due later still. */
  async function notDue({ headers, offset }: KafkaMessage): Promise<boolean> {
    const waitMs = dueAt(headers) - Date.now()
    if (waitMs <= 0) return false
    // A partition that is paused before its group has committed anything may be read from elsewhere afterwards.
    if (at === 0) await commitAt(payload, offset)
    runtime.resumeLater(payload.pause(), waitMs)
    return true
  }

  async function handle(slice: KafkaMessage[]): Promise<Outcome> {
    const started = { from: at, layDown: inHand.take() }
    const { messages, error } = await read(runtime.contracts, source, partition, slice, config.producer.recordBytes)
    const [first] = messages
    if (first === undefined) return { ...started, messages, done: 0, error }
    metrics.sliceRecords.observe(labels, messages.length)
    const took = metrics.handlerSeconds.startTimer(labels)
    const handled = await route.handle(messages, {
      topic,
      partition: first.partition,
      firstOffset: first.offset,
      highWatermark: source.retry ? first.offset + 1 : highWatermark,
      late: source.retry,
      clusterId: runtime.clusterId,
      log,
      signal,
    })
    took()
    return { ...started, messages, ...handled }
  }

  /**
   * Commits what is done of a slice, once it is told and the slice before it is committed. If that one failed, this is what it
   * resolves to, and the slice is given up: it is delivered again after it.
   */
  async function finish(outcome: Outcome, before: Promise<Outcome> | undefined): Promise<Outcome> {
    const [told, earlier] = await Promise.allSettled([outcome.told, before])
    try {
      if (earlier.status === 'rejected') throw earlier.reason
      if (earlier.value?.error !== undefined) return earlier.value
      if (told.status === 'rejected') return { ...outcome, done: 0, error: told.reason ?? asError(told.reason) }
      if (outcome.done > 0) await commitUntil(outcome.from + outcome.done)
      return outcome
    } finally {
      outcome.layDown()
    }
  }

  /** The effects of all messages before this index are there, and told. */
  async function commitUntil(index: number) {
    troubles.delete(place)
    // After the last record the log may hold control records, which are never delivered.
    const last = index === raws.length ? batch.lastOffset() : raws[index - 1]!.offset
    await commit(payload, last)
    progress.movedOn(place, Number(last) + 1, highWatermark)
    if (index < raws.length) progress.standsAt(place, timeOf(raws[index]!))
  }

  /** True when the partition waits with what failed, false when it moves on: to the search for it, or after it was set aside. */
  async function waitsWith({ messages, done, error }: Outcome): Promise<boolean> {
    if (route.kind === 'batch' && messages.length > 1 && !isOutage(error)) {
      log.warn(
        { err: asError(error), offset: raws[at]!.offset, records: messages.length },
        'A batch failed; looking for the message',
      )
      slices.failed(messages.length, at)
      return false
    }
    if ((await standstill.deal(raws[at]!, messages[done], asError(error))) === 'waits') return true
    at += 1
    slices.succeeded(1, at)
    if (route.kind === 'batch') slices.found()
    await commitUntil(at)
    return false
  }
}
