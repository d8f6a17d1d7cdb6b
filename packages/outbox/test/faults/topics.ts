import { couponIssueRequested, deadLetterTopic, retryTopic } from '@firstcome/events'

export const event = couponIssueRequested
/** The group that the catalogue names as the event's consumer: so it has retry topics and dead letters. */
export const group = 'coupon-worker'

/** Where a message can be, without prefix, each with the group that reads it there. The delays are the settings' defaults. */
export const topics = {
  main: { topic: event.topic, group },
  firstRetry: { topic: retryTopic(event.topic, group, 1000), group: `${group}.retry` },
  secondRetry: { topic: retryTopic(event.topic, group, 2000), group: `${group}.retry` },
  deadLetters: { topic: deadLetterTopic(event.topic, group), group: `${group}.dlt` },
} as const
