import type { Traits } from './traits.ts'

const STATES = new Set([
  '40001', // serialization failure: the same transaction may pass next time
  '40P01', // deadlock: we were the victim
  '55P03', // lock not available
  '57014', // statement timeout
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // starting up
  '25P03', // idle in transaction timeout
])

const MESSAGES =
  /^Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Unable to acquire a connection/

/** pg and knex: class 08 is a lost connection, class 53 a server without memory, disk or connections. */
export const postgresAway = ({ code, name, message }: Traits): boolean =>
  STATES.has(code) || /^(08|53)[0-9A-Z]{3}$/.test(code) || name === 'KnexTimeoutError' || MESSAGES.test(message)
