import type { IHeaders } from 'kafkajs'
import { integer } from '../retry/origin.ts'

/** Spring writes these as big-endian numbers. */
const BINARY = /^(kafka_.*-(partition|offset|timestamp)|retry_topic-(attempts|backoff-timestamp|original-timestamp))$/

/** Every header as text, numbers in digits; one that repeats has each of its values. */
export function readableHeaders(headers: IHeaders = {}): Record<string, string | string[]> {
  const readable: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    readable[name] = Array.isArray(value) ? value.map((one) => readableOne(name, one)) : readableOne(name, value)
  }
  return readable
}

function readableOne(name: string, value: Buffer | string): string {
  const number = BINARY.test(name) ? integer(value) : undefined
  if (number !== undefined) return number.toString()
  const text = value.toString()
  // Bytes that are no text would be lost, and could play tricks with a terminal.
  return Buffer.isBuffer(value) && !isText(value) ? `0x${value.toString('hex')}` : text
}

const isText = (bytes: Buffer) => Buffer.from(bytes.toString()).equals(bytes)
