import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { testStack } from '@firstcome/testing'
import { brokerProgram } from './system.ts'

/** Kafka's own command-line tools, from the jars the broker runs on: they know nothing of this code. */
const tools = {
  topics: 'org.apache.kafka.tools.TopicCommand',
  configs: 'kafka.admin.ConfigCommand',
  consumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  offsets: 'org.apache.kafka.tools.GetOffsetShell',
  dumpLog: 'org.apache.kafka.tools.DumpLogSegments',
}

async function run(tool: keyof typeof tools, ...args: string[]): Promise<Buffer> {
  const { java, classPath } = brokerProgram()
  const command = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', classPath, tools[tool], ...args]
  const options = { encoding: 'buffer', maxBuffer: 512 * 1024 * 1024, timeout: 60_000 } as const
  const { stdout } = await promisify(execFile)(java, command, options)
  return stdout
}

const cluster = () => ['--bootstrap-server', testStack().brokers]

/** kafka-topics --describe */
export async function describeTopics(): Promise<Map<string, { partitions: number; replicationFactor: number }>> {
  const text = (await run('topics', ...cluster(), '--describe')).toString()
  const found = text.matchAll(/^Topic: (\S+)\s.*?PartitionCount: (\d+)\s+ReplicationFactor: (\d+)/gm)
  return new Map(
    [...found].map(([, topic, partitions, replicas]) => [
      topic!,
      { partitions: Number(partitions), replicationFactor: Number(replicas) },
    ]),
  )
}

/** kafka-configs --describe --all: what is in force, whether set on the topic or the broker's default. */
export async function topicConfigs(): Promise<Map<string, Record<string, string>>> {
  const text = (await run('configs', ...cluster(), '--entity-type', 'topics', '--describe', '--all')).toString()
  const topics = new Map<string, Record<string, string>>()
  let current: Record<string, string> = {}
  for (const line of text.split('\n')) {
    const topic = line.match(/configs for topic (\S+) are:/)?.[1]
    if (topic) topics.set(topic, {})
    current = topics.get(topic ?? '') ?? current
    const [, name, value] = line.match(/^\s+([\w.]+)=(\S*)/) ?? []
    if (name) current[name] = value!
  }
  return topics
}

/** kafka-get-offsets: how many records each topic ever got, over all its partitions. */
export async function endOffsets(): Promise<Map<string, number>> {
  const text = (await run('offsets', ...cluster(), '--exclude-internal-topics')).toString()
  const counts = new Map<string, number>()
  for (const [, topic, , offset] of text.matchAll(/^(.+):(\d+):(\d+)$/gm)) {
    counts.set(topic!, (counts.get(topic!) ?? 0) + Number(offset))
  }
  return counts
}

export interface ConsumedRecord {
  key: string
  headers: Record<string, string>
  value: Buffer
}

/** kafka-console-consumer --from-beginning, up to the end that the topics have now; one process for all topics. */
export async function consumeAll(topics: string[]): Promise<ConsumedRecord[]> {
  // Values are binary: only separators that cannot be Avro by accident keep the records apart. They are ASCII, since
  // Java reads its arguments by the locale, and a machine may have none.
  const mark = randomUUID()
  const field = `<field ${mark}>`
  const header = `<header ${mark}>`
  const end = `<end of record ${mark}>`
  const printing = [
    'print.key=true',
    'print.headers=true',
    `key.separator=${field}`,
    `headers.separator=${header}`,
    `line.separator=${end}`,
  ].flatMap((property) => ['--formatter-property', property])
  const ends = await endOffsets()
  const total = topics.reduce((sum, topic) => sum + (ends.get(topic) ?? 0), 0)
  const bounds = ['--max-messages', String(total), '--timeout-ms', '30000']
  const reading = ['--include', topics.join('|'), '--from-beginning', ...bounds]
  const bytes = await run('consumer', ...cluster(), ...reading, ...printing)
  return splitBytes(bytes, end).flatMap((record) => {
    const [headers, key, ...value] = splitBytes(record, field)
    if (!headers || !key) return []
    const pairs = headers
      .toString()
      .split(header)
      .map((pair) => pair.split(/:(.*)/s).slice(0, 2))
    return [{ key: key.toString(), headers: Object.fromEntries(pairs), value: Buffer.concat(value) }]
  })
}

/** kafka-dump-log: how many batches there are of each compression codec. */
export async function dumpedCodecs(segments: string[]): Promise<Map<string, number>> {
  const text = (await run('dumpLog', '--files', segments.join(','))).toString()
  const codecs = new Map<string, number>()
  for (const [, codec] of text.matchAll(/^baseOffset: .*compresscodec: (\w+)/gm)) {
    codecs.set(codec!, (codecs.get(codec!) ?? 0) + 1)
  }
  return codecs
}

function splitBytes(bytes: Buffer, separator: string): Buffer[] {
  const parts: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(separator); at >= 0; at = bytes.indexOf(separator, from)) {
    parts.push(bytes.subarray(from, at))
    from = at + Buffer.byteLength(separator)
  }
  parts.push(bytes.subarray(from))
  return parts
}
