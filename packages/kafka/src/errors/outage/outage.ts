import { brokerAway } from './kafkajs.ts'
import { networkAway } from './network.ts'
import { postgresAway } from './postgres.ts'
import { redisAway } from './redis.ts'

const DEPTH = 5

/**
 * Is something we depend on away (true), or is it this one message that fails (false)?
 * An outage pauses the partition and tries again in place; a failure goes to the dead letters in the end.
 * Our own errors, and the registry's, say it themselves: `retriable: true`.
 */
export function isOutage(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > DEPTH) return false
  const { name, code, message, retriable, cause, errors } = error as Record<string, unknown>
  if (retriable === true) return true
  const traits = { name: String(name ?? ''), code: String(code ?? ''), message: String(message ?? '') }
  if (networkAway(traits) || postgresAway(traits) || redisAway(traits) || brokerAway(traits)) return true
  // Node reports a refused connect to a name with two addresses as an AggregateError.
  if (Array.isArray(errors) && errors.length > 0) return errors.every((one) => isOutage(one, depth + 1))
  return cause !== undefined && isOutage(cause, depth + 1)
}
