import { once } from 'node:events'
import { connect } from 'node:net'
import { stack } from '@firstcome/local'

/** Forgets every key below a prefix in the test stack's Redis, as a lost disk would. Resolves to how many there were. */
export async function forgetKeys(prefix: string): Promise<number> {
  const script = `
    local keys = redis.call('KEYS', ARGV[1])
    for _, key in ipairs(keys) do redis.call('DEL', key) end
    return #keys`
  const answer = await command('EVAL', script, '0', `${prefix}*`)
  const count = answer.match(/^:(\d+)\r\n$/)?.[1]
  if (count === undefined) throw new Error(`Redis: ${answer}`)
  return Number(count)
}

/** The answer to one command, short enough to come in one piece, as Redis writes it. */
async function command(...words: string[]): Promise<string> {
  const url = new URL(stack('test').redisUrl)
  const socket = connect(Number(url.port), url.hostname)
  try {
    socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return answer.toString()
  } finally {
    socket.destroy()
  }
}
