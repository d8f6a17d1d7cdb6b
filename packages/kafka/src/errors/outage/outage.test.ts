import { ContractError } from '@firstcome/events'
import { expect, test } from 'vitest'
import { KafkaError } from '../kafka-error.ts'
import { isOutage } from './outage.ts'

const error = (message: string, traits: object = {}) => Object.assign(new Error(message), traits)

test.for<[string, unknown]>([
  ['a refused connection', error('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED' })],
  [
    'a refused connection to a name with two addresses',
    new AggregateError([error('', { code: 'ECONNREFUSED' }), error('', { code: 'ECONNREFUSED' })]),
  ],
  ['a fetch that got no connection', error('fetch failed', { cause: error('', { code: 'ECONNRESET' }) })],
  ['a timeout of an abort signal', error('aborted', { name: 'TimeoutError' })],
  ['a deadlock', error('deadlock detected', { code: '40P01' })],
  ['a serialization failure', error('could not serialize', { code: '40001' })],
  ['a statement timeout', error('canceling statement', { code: '57014' })],
  ['a Postgres that shuts down', error('terminating connection', { code: '57P01' })],
  ['a Postgres without connections left', error('too many clients', { code: '53300' })],
  ['a lost Postgres connection', error('Connection terminated unexpectedly')],
  ['an exhausted pool', error('Knex: Timeout acquiring a connection', { name: 'KnexTimeoutError' })],
  [
    'a Redis without connection',
    error('Reached the max retries per request limit', { name: 'MaxRetriesPerRequestError' }),
  ],
  ['a Redis that loads its data', error('LOADING Redis is loading', { name: 'ReplyError' })],
  ['a Redis that is offline', error("Stream isn't writeable and enableOfflineQueue options is false")],
  ['a broker that is away', error('Connection error', { name: 'KafkaJSConnectionError' })],
  ['a record that was not acknowledged', new KafkaError('DELIVERY_TIMEOUT', '')],
  ['a full buffer', new KafkaError('BUFFER_FULL', '')],
  ['a registry that is away', new ContractError('REGISTRY_UNAVAILABLE', '')],
  ['an outage inside another error', error('could not save', { cause: error('', { code: '57P03' }) })],
])('%s is an outage', ([, thrown]) => {
  expect(isOutage(thrown)).toBe(true)
})

const loop = new Error('loop')
loop.cause = loop

test.for<[string, unknown]>([
  ['a violated constraint', error('duplicate key', { code: '23505' })],
  ['a wrong statement', error('syntax error', { code: '42601' })],
  ['a wrong Redis command', error('WRONGTYPE Operation against a key', { name: 'ReplyError' })],
  ['a programming error', new TypeError('undefined is not a function')],
  ['bytes that are no event', new ContractError('UNDECODABLE', '')],
  ['a record that is too large', new KafkaError('RECORD_TOO_LARGE', '')],
  [
    'an error of which only a part is an outage',
    new AggregateError([error('', { code: 'ECONNREFUSED' }), new TypeError('no')]),
  ],
  ['a string', 'ECONNREFUSED'],
  ['nothing', undefined],
  ['an error that is its own cause', loop],
])('%s is a failure of the message', ([, thrown]) => {
  expect(isOutage(thrown)).toBe(false)
})
