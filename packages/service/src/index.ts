export { requireOwner, type User } from './auth/user.ts'
export { commandHost } from './commands/command-host.ts'
export { showProgress } from './commands/show-progress.ts'
export { ConfigError, parseConfig, readConfig } from './config/read-config.ts'
export type { Setting, Settings, Values } from './config/setting.ts'
export { type HttpConfig, httpSettings, type ServiceConfig, serviceSettings } from './config/settings.ts'
export {
  type Answer,
  type Answers,
  answer,
  type Declared,
  type EventsAnswer,
  events,
  formsOf,
  type ProblemAnswer,
  problem,
} from './http/answer.ts'
export { type AnswerHeader, answerHeaders, type HeaderName, readHeader } from './http/answer-headers.ts'
export { answersOf, unroutedAnswers } from './http/answers-of.ts'
export { type EventStream, type EventStreamOptions, eventStream, type StreamEvent } from './http/event-stream.ts'
export type { FieldCode, FieldError } from './http/field-errors.ts'
export { idempotencyKey, idempotencyKeyLine, idempotencyKeyRule, readIdempotencyKey } from './http/idempotency-key.ts'
export { bodyId, id53, pathId } from './http/ids.ts'
export { limitOf } from './http/page.ts'
export { preferredWait, preferWait } from './http/prefer.ts'
export { Problem, type ProblemExtra } from './http/problem.ts'
export {
  type Auth,
  type Reply,
  type ReplyOf,
  type Route,
  type RouteRequest,
  type RouteSpec,
  route,
  type Streamed,
  streamed,
} from './http/route.ts'
export { text } from './http/text.ts'
export { type Repeated, repeat } from './lifecycle/repeat.ts'
export type { Resource } from './lifecycle/resource.ts'
export { type RunConfig, run } from './run.ts'
export type { Service } from './service.ts'
export type { TraceContext } from './telemetry/trace-context.ts'
export type { Tracing } from './telemetry/tracing.ts'
