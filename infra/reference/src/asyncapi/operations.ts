import { deadLetterTopic, type EventType, retryTopic } from '@firstcome/events'
import { actionsTopic, retryDelays } from '@firstcome/kafka'
import { events, retryPlan } from './channels.ts'
import { actionMessage, nameOf } from './messages.ts'

interface Operation {
  /** Whose it is: a service of the catalogue, or the operator's tool. */
  service: string
  action: 'send' | 'receive'
  topic: string
  message: string
  summary: string
  /** Consumer group; none where nothing is committed. */
  group?: string
}

const OPERATOR = 'operator'

/** What each service does, by `<service>.<action>.<topic>`. */
export function operations(): Record<string, object> {
  const all = [...events.flatMap(ofEvent), ...ofOperator]
  return Object.fromEntries(all.map((one) => [`${one.service}.${one.action}.${one.topic}`, render(one)]))
}

function ofEvent(event: EventType<never>): Operation[] {
  const { topic, producer: service } = event
  const message = nameOf(event)
  return [
    { service, action: 'send', topic, message, summary: `${service} publishes ${message}; nobody else does.` },
    ...event.consumers.flatMap((group) => ofGroup(event, group)),
  ]
}

function ofGroup(event: EventType<never>, service: string): Operation[] {
  const { topic } = event
  const [message, waiting, dead] = [nameOf(event), nameOf(event, 'Retry'), nameOf(event, 'DeadLetter')]
  const summary = `${service} handles ${message}, at least once each, in the order of its partition.`
  const retries = retryDelays(retryPlan).flatMap((delayMs, i): Operation[] => {
    const retry = { service, topic: retryTopic(topic, service, delayMs), message: waiting }
    return [
      { ...retry, action: 'send', summary: `${service} sets aside what failed at try ${i + 1}.` },
      {
        ...retry,
        action: 'receive',
        group: `${service}.retry`,
        summary: `${service} tries again after ${delayMs} ms.`,
      },
    ]
  })
  const letter = { service, topic: deadLetterTopic(topic, service), message: dead }
  const [shortest] = retries
  return [
    { service, action: 'receive', topic, message, group: service, summary },
    ...retries,
    { ...letter, action: 'send', summary: `${service} gives up what failed at its last try.` },
    { ...letter, action: 'receive', group: `${service}.dlt`, summary: `${service} takes note of what it gave up.` },
    {
      service: OPERATOR,
      action: 'send',
      topic: shortest!.topic,
      message: waiting,
      summary: `An operator replays what ${service} gave up (pnpm dlt replay).`,
    },
  ]
}

const ofOperator: Operation[] = [
  {
    service: OPERATOR,
    action: 'send',
    topic: actionsTopic,
    message: actionMessage,
    summary: 'The tool of the operator writes down what it does, before and after it does it.',
  },
  {
    service: OPERATOR,
    action: 'receive',
    topic: actionsTopic,
    message: actionMessage,
    summary: 'The tool of the operator reads what was done before; it commits nothing.',
  },
]

function render({ service, action, topic, message, summary, group }: Operation): object {
  const channel = `#/channels/${topic}`
  const clientId = service === OPERATOR ? undefined : { clientId: { type: 'string', const: service } }
  return {
    action,
    channel: { $ref: channel },
    summary,
    tags: [{ name: service }],
    messages: [{ $ref: `${channel}/messages/${message}` }],
    bindings: {
      kafka: { ...(group && { groupId: { type: 'string', const: group } }), ...clientId, bindingVersion: '0.5.0' },
    },
  }
}
