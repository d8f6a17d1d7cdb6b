import { type EncodedRecord, type Kafka, KafkaError } from '@firstcome/kafka'
import type { OutboxRow, Refusal } from './pending.ts'

export interface Published {
  /** Acknowledged by the broker, in the order given. */
  published: OutboxRow[]
  /** Refused for good, each sent alone: too large, for example. Rows after it on the same key have been held back. */
  refused: Refusal[]
  /** Set where Kafka could not be reached; nothing after `published` is known to have arrived. */
  outage?: Error
}

/**
 * Publishes `rows` in one request. Kafka refuses a batch as a whole, so after a refusal each row goes alone: the
 * offending ones are found, and their neighbours leave.
 */
export async function publish(kafka: Pick<Kafka, 'sendRecords'>, rows: OutboxRow[]): Promise<Published> {
  try {
    await kafka.sendRecords(rows.map(toRecord))
    return { published: rows, refused: [] }
  } catch (cause) {
    const error = asError(cause)
    return isRefusal(error) ? publishEach(kafka, rows) : { published: [], refused: [], outage: error }
  }
}

async function publishEach(kafka: Pick<Kafka, 'sendRecords'>, rows: OutboxRow[]): Promise<Published> {
  const published: OutboxRow[] = []
  const refused: Refusal[] = []
  const held = new Set<string>()
  for (const row of rows) {
    const key = JSON.stringify([row.aggregatetype, row.aggregateid])
    if (held.has(key)) continue
    try {
      await kafka.sendRecords([toRecord(row)])
      published.push(row)
    } catch (cause) {
      const error = asError(cause)
      if (!isRefusal(error)) return { published, refused, outage: error }
      refused.push({ row, error })
      held.add(key)
    }
  }
  return { published, refused }
}

const toRecord = (row: OutboxRow): EncodedRecord => ({
  topic: row.aggregatetype,
  key: row.aggregateid,
  value: row.payload,
  headers: row.headers,
})

/**
 * Only what is about this one record is final. All else is waited out, a missing topic too: setting rows aside because of
 * a mistake in the installation would break the order of everything behind them.
 */
const isRefusal = (error: Error) =>
  error instanceof KafkaError && (error.code === 'RECORD_TOO_LARGE' || error.code === 'RECORD_REJECTED')

const asError = (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause)))
