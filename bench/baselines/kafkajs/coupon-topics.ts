import { given } from './client.ts'

/** Full names. */
export const topics = {
  requests: given('TOPIC_REQUESTS'),
  completed: given('TOPIC_COMPLETED'),
  failed: given('TOPIC_FAILED'),
}
