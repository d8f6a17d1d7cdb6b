import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs from 'kafkajs'

const PATIENCE_MS = 10_000
const POLL_MS = 50

/**
 * For questions to kafkajs's admin, which gives up at once where a broker says that it will know in a moment: of a new topic that
 * it does not lead yet, of groups while it is still making the topic that it keeps them in.
 */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const passes = error instanceof kafkajs.KafkaJSProtocolError && error.retriable
      if (!passes || performance.now() > deadline) throw error
      await sleep(POLL_MS)
    }
  }
}
