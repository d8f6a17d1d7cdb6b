import { connectContracts, couponIssueRequested as requested } from '@firstcome/events'
import type { IHeaders } from 'kafkajs'
import { pino } from 'pino'
import { createClient, type Identity } from '../client.ts'
import { deadLetterRecord } from '../dead-letters/record.ts'
import { group, request, type Testbed, topic } from '../testbed.ts'
import { type Command, parseCommand } from './arguments.ts'
import { operate, type Surroundings } from './operate.ts'

/** For tests of the operator's tool: letters written as a consumer would, and the tool's own output. */

export const dltName = `${topic}.${group}.dlt`
/** The first of the testbed's retry topics. */
export const retryName = `${topic}.${group}.retry-50`

export const identity: Identity = { clientId: 'dlt-test', log: pino({ level: 'silent' }) }

export interface Given {
  /** Offset that the message had on its topic: tells messages apart. */
  offset: number
  error?: Error
  replays?: number
  headers?: IHeaders
}

/** Writes a dead letter for each, in order, as the runtime does. */
export async function writeLetters(bed: Testbed, letters: Given[]): Promise<void> {
  const contracts = await connectContracts(bed.config.registryUrl, [requested])
  const records = letters.map(({ offset, error = new Error('it broke'), replays = 0, headers = {} }) =>
    deadLetterRecord(
      { topic: bed.prefix + dltName, group: bed.prefix + group },
      {
        raw: {
          key: Buffer.from('7'),
          value: contracts.encode(requested, request(7, offset)),
          headers: { ce_id: `event-${offset}`, ce_source: 'kafka-test', ...headers },
          timestamp: '1700000000000',
          offset: String(offset),
          attributes: 0,
        },
        origin: {
          topic: bed.prefix + topic,
          partition: 0,
          offset: String(offset),
          timestamp: '1700000000000',
          attempts: 3,
          replays,
        },
        error,
      },
    ),
  )
  const producer = createClient(bed.config, identity).producer()
  await producer.connect()
  await producer.send({
    topic: bed.prefix + dltName,
    messages: records.map(({ key, value, headers }) => ({ key, value, headers })),
  })
  await producer.disconnect()
}

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs the tool in this process, as `pnpm dlt <args>` would. */
export async function dlt(bed: Testbed, args: string[], given: Partial<Surroundings> = {}): Promise<Outcome> {
  const said: string[] = []
  const warned: string[] = []
  const output = { say: (text: string) => said.push(text), warn: (text: string) => warned.push(text) }
  const { config } = bed
  const command = parseCommand(args, Date.now()) as Exclude<Command, { name: 'help' }>
  const code = await operate(command, { config, identity, registryUrl: config.registryUrl, output, ...given })
  return { code, stdout: said.join('\n'), stderr: warned.join('\n') }
}
