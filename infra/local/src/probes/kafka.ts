import { exchange } from './exchange.ts'

/**
 * A broker opens its port before it has joined its cluster, so a connection proves nothing. This asks for the cluster's
 * metadata, without topics, and wants a broker in it (Kafka protocol guide, Metadata v5).
 */
export async function kafkaAnswers(port: number): Promise<void> {
  const answer = await exchange(
    port,
    metadataRequest,
    (bytes) => bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0),
  )
  // size, correlation id, throttle time, then the array of brokers
  if (answer.readInt32BE(12) < 1) throw new Error('the broker has not joined its cluster yet')
}

const metadataRequest = (() => {
  const client = Buffer.from('probe')
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + client.length + 4 + 1)
  let at = request.writeInt32BE(request.length - 4, 0)
  at = request.writeInt16BE(3, at) // api key: Metadata
  at = request.writeInt16BE(5, at) // version
  at = request.writeInt32BE(1, at) // correlation id
  at = request.writeInt16BE(client.length, at)
  at += client.copy(request, at)
  at = request.writeInt32BE(0, at) // no topics
  request.writeInt8(0, at) // and none created
  return request
})()
