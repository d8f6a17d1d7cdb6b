import type { Traits } from './traits.ts'

const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
])

/** Node's own sockets and fetch: the other side is not there, or stopped answering. */
export const networkAway = ({ code, name }: Traits): boolean => CODES.has(code) || name === 'TimeoutError'
