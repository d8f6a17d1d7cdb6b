import type { Resource } from '@firstcome/service'
import type { Redis } from 'ioredis'
import type { Logger } from '../logger.ts'
import type { Policy } from '../model/policy-store.ts'
import type { ReadModel } from '../model/read-model.ts'
import { base } from '../model/script.ts'
import { isOutcome } from '../requests/request-state.ts'
import { announcedOutcomes, announcedProgress } from './announcement.ts'
import type { Progress } from './progress.ts'
import type { WaitingRoom } from './waiting-room.ts'

const pingMs = 2_000
const chunk = 500

export interface SubscriptionParts {
  redis: Redis
  model: ReadModel
  room: WaitingRoom
  progress: Progress
  onPolicy: (policy: Policy) => void
  log: Logger
}

/**
 * The one subscription of this process, on a connection of its own. Whatever another replica consumed arrives here; what
 * was said while the connection was down is read from the model once it is back, so that nobody waits in vain.
 */
export function subscribe({ redis, model, room, progress, onPolicy, log }: SubscriptionParts): Resource {
  const prefix = `${redis.options.keyPrefix ?? ''}${base}`
  const outcomes = `${prefix}:outcomes`
  const changes = `${prefix}:changes`
  const connection = redis.duplicate({ autoResubscribe: false, keyPrefix: '' })
  let ping: NodeJS.Timeout | undefined

  async function catchUp(): Promise<void> {
    try {
      // First listen, then read: what happens in between is heard, what happened before is read.
      await connection.subscribe(outcomes, changes)
      for (const policy of await model.policies()) onPolicy(policy)
      for (const [partition, offset] of await model.progress()) progress.advance(partition, offset)
      const waiting = room.waitingFor()
      for (let first = 0; first < waiting.length; first += chunk) {
        const ids = waiting.slice(first, first + chunk)
        for (const [index, known] of (await model.requests(ids)).entries()) {
          if (known && isOutcome(known.state)) room.tell(ids[index]!, known.state)
        }
      }
    } catch (error) {
      // Half caught up is not caught up: the next connection starts over.
      log.warn({ err: error }, 'could not catch up with the read model, trying again')
      setTimeout(() => connection.status === 'ready' && connection.disconnect(true), 500).unref()
    }
  }

  connection.on('error', () => {
    // The guard of the read model tells when Redis goes; ioredis only wants somebody to listen.
  })
  connection.on('ready', () => void catchUp())
  connection.on('message', (channel: string, message: string) => {
    try {
      hear(channel, message)
    } catch (error) {
      // From a replica of another version: what it meant is in the model, for whoever asks.
      log.warn({ err: error, channel }, 'an announcement that cannot be read')
    }
  })

  function hear(channel: string, message: string): void {
    if (channel === changes) {
      onPolicy(JSON.parse(message) as Policy)
      return
    }
    for (const [partition, offset] of announcedProgress(message)) progress.advance(partition, offset)
    if (room.size === 0) return
    for (const [requestId, outcome] of announcedOutcomes(message)) room.tell(requestId, outcome)
  }

  return {
    name: 'outcome subscription',
    async start() {
      // Redis may be away when a replica starts: it serves what it can, and ioredis goes on trying.
      await connection.connect().catch(() => {})
      // A subscriber only listens, so a connection that died in silence would never be noticed.
      ping = setInterval(() => void connection.ping().catch(() => {}), pingMs)
    },
    async close() {
      clearInterval(ping)
      connection.disconnect()
    },
  }
}
