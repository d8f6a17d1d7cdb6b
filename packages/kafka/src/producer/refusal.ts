const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

/** Answers that stay the same however often the record is sent. `UNKNOWN` codes of newer brokers are not among them: they are retried. */
const FINAL = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_TIMESTAMP',
  'INVALID_RECORD',
  'POLICY_VIOLATION',
])

/** Kafka's word for a record that it will never take, as a code of ours; undefined where sending again can help. */
export function refusal(error: Error): 'RECORD_TOO_LARGE' | 'RECORD_REJECTED' | undefined {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const type = 'type' in cause ? String(cause.type) : ''
    if (TOO_LARGE.has(type)) return 'RECORD_TOO_LARGE'
    if (FINAL.has(type)) return 'RECORD_REJECTED'
  }
  return undefined
}
