export type { Admin, PartitionOffsets } from './admin.ts'
export { connectKafka, type Kafka } from './connect.ts'
export type { ConsumerBuilder, ConsumerOptions } from './consumer/builder.ts'
export type {
  BatchContext,
  BatchHandler,
  DeadLetter,
  FirstRetry,
  Handler,
  HandlerContext,
  Middleware,
  Telling,
} from './consumer/handler.ts'
export type { EncodedRecord, Envelope, Message } from './envelope.ts'
export { KafkaError, type KafkaErrorCode } from './errors/kafka-error.ts'
export { isOutage } from './errors/outage/outage.ts'
export type { Host } from './host.ts'
export { type LogRecord, type LogView, openLogView, waitTopics } from './log-view.ts'
export { actionSchema, actionsTopic } from './operator/action.ts'
export type { SendOptions } from './producer/producer.ts'
export type { Position } from './producer/record.ts'
export { endsOf } from './read-again/ends.ts'
export { readAgain, type Source, source } from './read-again/read-again.ts'
export { retryDelays } from './retry/plan.ts'
export { type KafkaConfig, kafkaConfig, kafkaSettings } from './settings.ts'
export { createTopics, type PlannedTopic, planTopics, type TopicReport } from './topics.ts'
