import type { Traits } from './traits.ts'

const NAMES = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound', // said to be final by kafkajs, but it is a broker on its way up
  'KafkaJSLockTimeout',
])

/** kafkajs: no broker, or one that is starting, moving or overloaded. */
export const brokerAway = ({ name }: Traits): boolean => NAMES.has(name)
