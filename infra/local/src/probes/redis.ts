import { exchange } from './exchange.ts'

export async function redisAnswers(port: number): Promise<void> {
  const answer = (await exchange(port, Buffer.from('PING\r\n'), (bytes) => bytes.includes('\n'))).toString()
  // While it loads its data it answers -LOADING.
  if (!answer.startsWith('+PONG')) throw new Error(`Redis answers ${answer.trim()}`)
}
