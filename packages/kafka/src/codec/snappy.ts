import kafkajs from 'kafkajs'
import { compressSync, uncompressSync } from 'snappy'

/**
 * Kafka's snappy is not bare snappy: the Java client frames it as snappy-java's stream ("xerial"):
 * magic, version, lowest compatible version, then blocks of a length and that many bytes of snappy.
 * Some other clients write bare snappy; both are read here, the Java form is written.
 */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])

/** The block size of the Java client: bounds what a reader has to hold at once. */
const BLOCK_BYTES = 32 * 1024

export function encodeSnappy(plain: Buffer): Buffer {
  const parts: Buffer[] = [HEADER]
  for (let start = 0; start < plain.length; start += BLOCK_BYTES) {
    // Synchronous: a block takes some 20 µs, less than a trip through the thread pool.
    const block = compressSync(plain.subarray(start, start + BLOCK_BYTES))
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

export function decodeSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return uncompressed(bytes)
  const parts: Buffer[] = []
  for (let at = HEADER.length; at < bytes.length; ) {
    const start = at + 4
    const end = start + bytes.readUInt32BE(at)
    parts.push(uncompressed(bytes.subarray(start, end)))
    at = end
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

const uncompressed = (block: Buffer): Buffer => uncompressSync(block, { asBuffer: true }) as Buffer

/** kafkajs ships without snappy, for reading too: without this a compressed topic crashes the consumer. */
export function registerSnappy(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs
  CompressionCodecs[CompressionTypes.Snappy] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => encodeSnappy(buffer),
    decompress: async (bytes: Buffer) => decodeSnappy(bytes),
  })
}
