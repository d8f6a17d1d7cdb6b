import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { Message } from '../envelope.ts'
import { asError } from '../errors/kafka-error.ts'
import { isOutage } from '../errors/outage/outage.ts'
import { commit } from './commit.ts'
import { judge, outageWait, type Trouble, type Verdict } from './failure.ts'
import type { Handled, Route } from './handler.ts'
import type { Park } from './park.ts'
import { read } from './read.ts'
import type { Runtime } from './runtime.ts'

/** A stretch that failed as a whole: the offending message is before `end`, and is looked for in steps of `size`. */
interface Stretch {
  end: number
  size: number
}

/** What a slice came to: how many are done, and then perhaps an error, of the given message where it could be read. */
interface Outcome extends Handled {
  messages: Message<unknown>[]
}

/**
 * Works through one fetched batch of one partition, slice by slice: decode, handle, commit, heartbeat. Stops early, with
 * the rest to be fetched again, when the consumer stops, the partition is lost, or trouble asks for a pause.
 * Lets only errors of kafkajs itself out: any other would make kafkajs give the consumer up.
 */
export async function consumePartition(
  payload: EachBatchPayload,
  route: Route,
  runtime: Runtime,
  park: Park,
): Promise<void> {
  const { batch } = payload
  const { topic } = route.event
  const { partition, messages: raws } = batch
  const { config, troubles, signal, metrics } = runtime
  const place = `${topic}/${partition}`
  const log = runtime.log.child({ topic, partition })
  const labels = { consumergroup: runtime.group, topic }
  const highWatermark = Number(batch.highWatermark)
  let at = 0
  let stretch: Stretch | undefined

  while (at < raws.length && payload.isRunning() && !payload.isStale() && !signal.aborted) {
    const { messages, done, error } = await handle(raws.slice(at, at + sliceSize()))
    if (done > 0) await advance(done)
    // What fails because the consumer stops has not failed: it is delivered again.
    if (error !== undefined && !signal.aborted) {
      const unclear = route.kind === 'batch' && messages.length > 1 && !isOutage(error)
      if (unclear) narrow(messages.length, error)
      else if (await paused(raws[at]!, messages[done], asError(error))) return
    }
    await payload.heartbeat()
  }

  function sliceSize() {
    const trouble = troubleAt(raws[at]!)
    const tryingAgain = trouble && (trouble.attempts > 0 || trouble.parked)
    // Its neighbours must not be handled again with each try of the one that fails.
    return tryingAgain ? 1 : (stretch?.size ?? config.maxPollRecords)
  }

  function troubleAt({ offset }: KafkaMessage) {
    const trouble = troubles.get(place)
    return trouble?.offset === offset ? trouble : undefined
  }

  async function handle(slice: KafkaMessage[]): Promise<Outcome> {
    runtime.busySince.set(place, Date.now())
    try {
      const { messages, error } = await read(runtime.contracts, route.event, partition, slice)
      const trouble = troubleAt(slice[0]!)
      if (messages.length === 0 || trouble?.parked) return { messages, done: 0, error: error ?? trouble?.error }
      metrics.sliceRecords.observe(labels, messages.length)
      const took = metrics.handlerSeconds.startTimer(labels)
      const { clusterId } = runtime
      const firstOffset = Number(slice[0]!.offset)
      const handled = await route.handle(messages, {
        topic,
        partition,
        firstOffset,
        highWatermark,
        clusterId,
        log,
        signal,
      })
      took()
      return { messages, ...handled }
    } finally {
      runtime.busySince.delete(place)
    }
  }

  /** The next `count` messages are done: their effects are there, so they are committed now. */
  async function advance(count: number) {
    at += count
    troubles.delete(place)
    // The first half of a stretch went well, so the offending message is in the other one.
    if (stretch)
      stretch = at < stretch.end ? { end: stretch.end, size: Math.max(1, (stretch.end - at) >> 1) } : undefined
    // After the last record the log may hold control records, which are never delivered.
    const last = at === raws.length ? batch.lastOffset() : raws[at - 1]!.offset
    await commit(payload, last)
    metrics.lag.set({ ...labels, partition }, Math.max(0, highWatermark - Number(last) - 1))
  }

  function narrow(count: number, error: unknown) {
    log.warn(
      { err: asError(error), offset: raws[at]!.offset, records: count },
      'A batch failed; looking for the message',
    )
    stretch = { end: at + count, size: count >> 1 }
  }

  /** Deals with the message at which the partition stands: true when the partition pauses, false when it moves on. */
  async function paused(raw: KafkaMessage, message: Message<unknown> | undefined, error: Error): Promise<boolean> {
    const trouble: Trouble = troubleAt(raw) ?? { offset: raw.offset, attempts: 0, outages: 0, parked: false, error }
    trouble.error = error
    troubles.set(place, trouble)

    // Bytes that can not be read today can not be read in a second either.
    const limits = message ? config : { ...config, attempts: 1 }
    let verdict: Verdict = trouble.parked ? { kind: 'park' } : judge(error, trouble, limits)
    if (verdict.kind === 'park') {
      const obstacle = await park({ topic, partition, raw, message, trouble, attempts: trouble.attempts + 1 })
      if (!obstacle) {
        stretch = undefined
        await advance(1)
        return false
      }
      log.warn({ err: obstacle, offset: raw.offset }, 'A message could not be parked yet')
      verdict = outageWait(trouble, config)
    }

    if (verdict.kind === 'outage') {
      trouble.outages++
      metrics.outages.inc(labels)
    } else {
      trouble.attempts++
      metrics.retried.inc(labels)
    }
    const line =
      verdict.kind === 'outage' ? 'Something is away; the partition waits' : 'A message failed; it is tried again'
    log.warn({ err: error, offset: raw.offset, attempts: trouble.attempts, waitMs: Math.round(verdict.waitMs) }, line)
    runtime.resumeLater(payload.pause(), verdict.waitMs)
    return true
  }
}
