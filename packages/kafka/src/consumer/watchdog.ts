import { KafkaError } from '../errors/kafka-error.ts'

const TICK_MS = 1_000
/** A member that is alive fetches or beats many times within this. */
const SILENCE_MS = 120_000

interface Watched {
  groupId: string
  maxPollIntervalMs: number
  /** By place: since when its slice is being handled, epoch milliseconds. */
  busySince: ReadonlyMap<string, number>
  lastSign(): number
  /** Does the broker answer? While it does not, silence is an outage and no reason to die. */
  brokerAnswers(): Promise<boolean>
  onStuck(error: KafkaError): void
}

/**
 * Heartbeats go on while a handler hangs, so the group would never take the partition from it; and kafkajs's fetch loop can
 * stop without a word. Either is told here, once: a process that ends is replaced, one that stands still is not.
 */
export function watch({ groupId, maxPollIntervalMs, busySince, lastSign, brokerAnswers, onStuck }: Watched): {
  stop(): void
} {
  const stuck = (what: string) => {
    clearInterval(timer)
    onStuck(new KafkaError('CONSUMER_STUCK', `${groupId}: ${what}`))
  }
  let asking = false
  const timer = setInterval(async () => {
    const now = Date.now()
    for (const [place, since] of busySince) {
      if (now - since > maxPollIntervalMs)
        return stuck(`${place} has been in its handler for more than ${maxPollIntervalMs} ms`)
    }
    if (busySince.size > 0 || now - lastSign() < SILENCE_MS || asking) return
    asking = true
    const answers = await brokerAnswers()
    asking = false
    if (answers && Date.now() - lastSign() > SILENCE_MS)
      stuck(`no fetch and no heartbeat for more than ${SILENCE_MS} ms`)
  }, TICK_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
