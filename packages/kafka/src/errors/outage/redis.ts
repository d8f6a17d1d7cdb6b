import type { Traits } from './traits.ts'

const REPLIES = /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|OOM|MISCONF)\b/
const MESSAGES = /^Connection is closed|^Stream isn't writeable|^Command timed out|^Connection not ready/

/** ioredis: no connection, or a server that says it can not take the command now. */
export const redisAway = ({ name, message }: Traits): boolean =>
  name === 'MaxRetriesPerRequestError' || (name === 'ReplyError' && REPLIES.test(message)) || MESSAGES.test(message)
