import { randomUUID } from 'node:crypto'
import { type Kafka, readAgain, type Source } from '@firstcome/kafka'
import type { Resource } from '@firstcome/service'
import type { Logger } from '../logger.ts'
import type { Marks } from './marks.ts'

const leaseMs = 30_000

export interface KeepCompleteOptions {
  kafka: Kafka
  /** The group whose committed offsets say what should be in the model already. */
  group: string
  sources: Source[]
  marks: Marks
  batch: number
  everyMs: number
  log: Logger
}

/**
 * A Redis that came back empty (restarted without its data, flushed, replaced) is filled again from the topics by one of the
 * replicas, while all go on serving. Everything the model holds is made so that reading it twice changes nothing.
 */
export function keepComplete({ kafka, group, sources, marks, batch, everyMs, log }: KeepCompleteOptions): Resource {
  const stopped = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  async function check(): Promise<void> {
    if (await marks.complete()) return
    const owner = `${group}.rebuild-${randomUUID()}`
    if (!(await marks.claim(owner, leaseMs))) return
    try {
      await make(owner)
    } catch (error) {
      // The next round need not wait for the lease to end.
      await marks.release(owner)
      throw error
    }
  }

  async function make(owner: string): Promise<void> {
    if (await hasConsumed()) {
      const began = performance.now()
      let records = 0
      log.warn('the read model is empty: making it again from the topics')
      await readAgain({
        kafka,
        sources,
        group: owner,
        batch,
        signal: stopped.signal,
        async onBatch(read) {
          records += read
          await marks.renew(owner, leaseMs)
        },
      })
      const ms = Math.round(performance.now() - began)
      if (await marks.finish(owner)) log.info({ records, ms }, 'the read model is complete again')
      else log.warn({ records, ms }, 'the read model was lost while it was made: it is made once more')
    } else await marks.finish(owner)
  }

  /** A group that never committed reads from the beginning by itself. */
  async function hasConsumed(): Promise<boolean> {
    const committed = await Promise.all(sources.map(({ event }) => kafka.committed(group, event.topic)))
    return committed.some((offsets) => offsets.size > 0)
  }

  async function loop(): Promise<void> {
    // Redis or Kafka away: the next round tries again, others tell of the outage.
    running = check().catch((error: unknown) => {
      if (!stopped.signal.aborted) log.debug({ err: error }, 'could not see whether the read model is complete')
    })
    await running
    if (!stopped.signal.aborted) timer = setTimeout(loop, everyMs)
  }

  return {
    name: 'read model completeness',
    async start() {
      void loop()
    },
    async close() {
      stopped.abort(new Error('the service is stopping'))
      clearTimeout(timer)
      await running
    },
  }
}
