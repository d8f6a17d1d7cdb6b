import type { IncomingMessage } from 'node:http'
import { problems } from './problems.ts'

/**
 * Reads a JSON body; resolves to undefined where there is none. Rejects with the problem to answer: 413 beyond `limit` bytes,
 * 415 for anything but plain JSON in UTF-8, 400 for what does not parse.
 *
 * Not `express.json()`: its general cases (encodings, alphabets, verification) cost more for a small body than the route's own
 * validation does.
 */
export function createBodyReader(limit: number): (req: IncomingMessage) => Promise<object | undefined> {
  return (req) => {
    const { headers } = req
    const length = headers['content-length']
    if (length === '0' || (length === undefined && headers['transfer-encoding'] === undefined)) return NOTHING
    // Compressed bodies are refused: 16 KiB need no compression, and the limit must hold for what is parsed.
    if (!isJson(headers['content-type']) || (headers['content-encoding'] ?? 'identity') !== 'identity')
      return Promise.reject(problems.unsupportedMediaType())
    // The rest of a body that is refused is not kept: Node discards it once the answer is sent.
    if (Number(length) > limit) return Promise.reject(problems.bodyTooLarge(limit))
    return read(req, limit).then((bytes) => (bytes.length === 0 ? undefined : parse(bytes)))
  }
}

const NOTHING = Promise.resolve(undefined)
const JSON_TYPE = /^application\/(?:json|[\w.-]+\+json)\s*(?:;|$)/i
const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8\b)/i

function isJson(type: string | undefined): boolean {
  return type === 'application/json' || (type !== undefined && JSON_TYPE.test(type) && !OTHER_CHARSET.test(type))
}

function read(req: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        chunks.length = 0
        reject(problems.bodyTooLarge(limit))
      } else chunks.push(chunk)
    })
    req.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    // The client has left in the middle of it; there is nobody to answer, but the handler must not wait for ever.
    req.on('error', () => reject(problems.malformedRequest()))
  })
}

/** Objects and lists only: no route takes anything else. */
function parse(bytes: Buffer): object {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Told below; the parser's own message would repeat parts of the body.
  }
  throw problems.malformedJson()
}
