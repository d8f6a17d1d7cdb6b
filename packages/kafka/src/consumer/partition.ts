import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { Message } from '../envelope.ts'
import { asError } from '../errors/kafka-error.ts'
import { isOutage } from '../errors/outage/outage.ts'
import { dueAt } from '../retry/origin.ts'
import { commit, commitAt } from './commit.ts'
import { judge, outageWait, type RetryPolicy, type Trouble } from './failure.ts'
import type { Handled } from './handler.ts'
import { read } from './read.ts'
import type { Runtime } from './runtime.ts'
import type { SetAside } from './set-aside.ts'
import { createSlices } from './slices.ts'
import { originOf, type Source } from './source.ts'

/**
 * kafkajs fetches again only when every partition of the last fetch is through with what it got: one with slow handlers, and a
 * thousand messages in hand, would keep the others waiting for all of them. After this long it gives the rest back, to be fetched again.
 */
const TURN_MS = 1_000

/** What a slice came to: how many are done, and then perhaps an error, of the given message where it could be read. */
interface Outcome extends Handled {
  messages: Message<unknown>[]
}

/**
 * Works through one fetched batch of one partition, slice by slice: decode, handle, commit, heartbeat. Stops early, with
 * the rest to be fetched again, when the consumer stops, the partition is lost, or it has to wait: for what is away, or
 * for a retry to fall due. Lets only errors of kafkajs itself out: any other would make kafkajs give the consumer up.
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
  const { consumer: limits } = config
  const place = `${source.topic}/${partition}`
  const log = runtime.log.child({ topic: source.topic, partition })
  const labels = { consumergroup: runtime.group, topic: source.topic }
  const highWatermark = Number(batch.highWatermark)
  const slices = createSlices(source.retry ? 1 : limits.maxPollRecords)
  const turnEnds = Date.now() + TURN_MS
  let at = 0

  while (at < raws.length && payload.isRunning() && !payload.isStale() && !signal.aborted) {
    progress.standsAt(place, timeOf(raws[at]!))
    if (source.retry && (await notDue(raws[at]!))) return
    const { messages, done, error } = await handle(raws.slice(at, at + sliceSize()))
    if (done > 0) await advance(done)
    // What fails because the consumer stops has not failed: it is delivered again.
    if (error !== undefined && !signal.aborted) {
      const unclear = route.kind === 'batch' && messages.length > 1 && !isOutage(error)
      if (unclear) narrow(messages.length, error)
      else if (await standsStill(raws[at]!, messages[done], asError(error))) return
    }
    await payload.heartbeat()
    // Not in the search for an offender, which would begin anew each time.
    if (error === undefined && Date.now() > turnEnds) return
  }

  function sliceSize() {
    // Its neighbours must not be handled again with each try of the one that fails.
    const tryingAgain = (troubleAt(raws[at]!)?.attempts ?? 0) > 0
    return tryingAgain ? 1 : slices.size()
  }

  function troubleAt({ offset }: KafkaMessage) {
    const trouble = troubles.get(place)
    return trouble?.offset === offset ? trouble : undefined
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
    runtime.busySince.set(place, Date.now())
    try {
      const { messages, error } = await read(runtime.contracts, source, partition, slice, config.producer.recordBytes)
      const [first] = messages
      if (first === undefined) return { messages, done: 0, error }
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
      return { messages, ...handled }
    } finally {
      runtime.busySince.delete(place)
    }
  }

  /** The next `count` messages are done: their effects are there, so they are committed now. */
  async function advance(count: number) {
    at += count
    troubles.delete(place)
    slices.succeeded(count, at)
    // After the last record the log may hold control records, which are never delivered.
    const last = at === raws.length ? batch.lastOffset() : raws[at - 1]!.offset
    await commit(payload, last)
    progress.movedOn(place, Number(last) + 1, highWatermark)
  }

  function narrow(count: number, error: unknown) {
    log.warn(
      { err: asError(error), offset: raws[at]!.offset, records: count },
      'A batch failed; looking for the message',
    )
    slices.failed(count, at)
  }

  /** Deals with the message at which the partition stands: true when the partition waits, false when it moves on. */
  async function standsStill(raw: KafkaMessage, message: Message<unknown> | undefined, error: Error): Promise<boolean> {
    const trouble: Trouble = troubleAt(raw) ?? { offset: raw.offset, attempts: 0, outages: 0, error }
    trouble.error = error
    troubles.set(place, trouble)

    const origin = originOf(source, partition, raw)
    const tries = origin.attempts + trouble.attempts + 1
    // Bytes that can not be read today can not be read in a second either. And what has left its place once has none to keep.
    const rules: RetryPolicy = {
      retries: source.retry ? 'topics' : policy.retries,
      notRetried: message ? policy.notRetried : () => true,
    }
    let verdict = judge(error, { tries, outages: trouble.outages }, limits, rules)
    if (verdict.kind === 'retry' || verdict.kind === 'park') {
      const obstacle = await setAside(topic, { raw, origin: { ...origin, attempts: tries }, error }, verdict)
      if (!obstacle) {
        await advance(1)
        if (route.kind === 'batch') slices.found()
        return false
      }
      log.warn({ err: obstacle, offset: raw.offset }, 'A message could not be set aside yet')
      verdict = outageWait(trouble, limits)
    }

    const away = verdict.kind === 'outage'
    if (away) {
      trouble.outages++
      metrics.outages.inc(labels)
    } else {
      trouble.attempts++
      metrics.retried.inc(labels)
    }
    const line = away ? 'Something is away; the partition waits' : 'A message failed; the partition tries it again'
    log.warn({ err: error, offset: raw.offset, attempts: tries, waitMs: Math.round(verdict.waitMs) }, line)
    runtime.resumeLater(payload.pause(), verdict.waitMs)
    return true
  }
}
