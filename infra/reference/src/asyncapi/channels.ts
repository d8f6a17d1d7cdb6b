import { catalogue, deadLetterTopic, type EventType, retryTopic } from '@firstcome/events'
import { actionsTopic, kafkaConfig, type PlannedTopic, planTopics, retryDelays } from '@firstcome/kafka'
import { recordOf } from './avro.ts'
import { actionMessage, nameOf } from './messages.ts'

export const events = catalogue as readonly EventType<never>[]

/** The settings' defaults; an installation that waits differently has other retry topics. */
export const { consumer: retryPlan } = kafkaConfig({ brokers: [], registryUrl: '' })

const DAY_MS = 24 * 60 * 60 * 1000

/** Every topic of the system by its name, which is also the channel's. */
export function channels(): Record<string, object> {
  const plan = new Map(planTopics(events, { retry: retryPlan }).map((planned) => [planned.topic, planned]))

  function channel(topic: string, message: string, title: string, description: string) {
    const planned = plan.get(topic)
    if (!planned) throw new Error(`${topic} is not among the planned topics`)
    plan.delete(topic)
    return {
      address: topic,
      title,
      description,
      servers: [{ $ref: '#/servers/local' }],
      messages: { [message]: { $ref: `#/components/messages/${message}` } },
      bindings: { kafka: binding(planned) },
    }
  }

  const all: Record<string, object> = {}
  for (const event of events) {
    const { topic } = event
    all[topic] = channel(topic, nameOf(event), nameOf(event), `${recordOf(event).doc} ${kept(event)}`)
    for (const group of event.consumers) {
      for (const [i, delayMs] of retryDelays(retryPlan).entries()) {
        const retry = retryTopic(topic, group, delayMs)
        const title = `${nameOf(event)}, try ${i + 2} of ${group}`
        all[retry] = channel(retry, nameOf(event, 'Retry'), title, waits(group, delayMs))
      }
      const dead = deadLetterTopic(topic, group)
      const title = `${nameOf(event)}, given up by ${group}`
      all[dead] = channel(dead, nameOf(event, 'DeadLetter'), title, givenUp(group))
    }
  }
  const actions = 'What operators did about dead letters: the audit, and the state that `pnpm dlt` goes by.'
  all[actionsTopic] = channel(actionsTopic, actionMessage, 'Actions on dead letters', actions)
  if (plan.size > 0) throw new Error(`No channel for ${[...plan.keys()]}`)
  return all
}

function kept({ cleanup, retentionMs, consumers }: EventType<never>): string {
  const readers = `Read by ${consumers.join(', ')}.`
  if (cleanup === 'compact') return `The newest record of each key is kept. ${readers}`
  return `Kept ${retentionMs < 0 ? 'without limit' : `for ${retentionMs / DAY_MS} days`}. ${readers}`
}

const waits = (group: string, delayMs: number) =>
  `Messages that ${group} could not handle, each tried again by it (as the group ${group}.retry) ${delayMs} ms after it failed, ` +
  'never earlier. What an operator replays comes by the shortest of these waits, due at once.'

const givenUp = (group: string) =>
  `Messages that ${group} could not handle in ${retryPlan.attempts} tries, or could not read. It takes note of them as the group ` +
  `${group}.dlt; operators replay or park them (\`pnpm dlt\`).`

/** The broker takes a setting as text; the binding has numbers for those it knows, and a list of policies. */
function binding({ topic, partitions, replication, config }: PlannedTopic) {
  const { 'cleanup.policy': policy, ...rest } = config
  const settings = Object.entries(rest).map(([name, value]) => [name, /^-?\d+$/.test(value) ? Number(value) : value])
  return {
    topic,
    partitions,
    replicas: replication,
    topicConfiguration: { 'cleanup.policy': [policy], ...Object.fromEntries(settings) },
    bindingVersion: '0.5.0',
  }
}
