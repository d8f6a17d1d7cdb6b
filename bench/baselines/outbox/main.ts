import { orderConfirmed } from '@firstcome/events'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { callers } from '../../kafka/produce/producer.ts'
import { eventNumber } from '../../orders/relay/event.ts'
import { taskOf } from '../../orders/relay/task.ts'
import { connectProducer, contractsOf } from '../kafkajs/client.ts'
import { relayRows } from './relay.ts'

/** A row for each event, in a transaction of its own, and a relay that takes one row at a time. Runs until it is stopped. */
const { prefix, databaseUrl, events, writers } = taskOf(process.env)
const INSERT =
  'INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers) VALUES ($1, $2, $3, $4, $5, $6)'

const pool = new pg.Pool({ connectionString: databaseUrl, max: writers + 1 })
const [contracts, producer] = await Promise.all([contractsOf([orderConfirmed]), connectProducer()])
process.once('SIGTERM', () => process.exit(0))
void relayRows(pool, producer, prefix)
await callers(writers, events, write)

async function write(n: number): Promise<void> {
  const [{ topic, type, key }, value, { time, correlationId }] = eventNumber(n)
  const id = uuidv7()
  const headers = { ce_id: id, ce_type: type, ce_time: new Date(time).toISOString(), 'correlation-id': correlationId }
  const row = [id, topic, key(value), type, contracts.encode(orderConfirmed, value), JSON.stringify(headers)]
  const connection = await pool.connect()
  try {
    await connection.query('BEGIN')
    await connection.query(INSERT, row)
    await connection.query('COMMIT')
  } finally {
    connection.release()
  }
}
