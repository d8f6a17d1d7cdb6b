import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'
import type { Secrets } from '../secrets.ts'
import { host, type Stack } from '../stack.ts'
import { type ProcessSpec, processSpec } from '../supervisor/process-spec.ts'
import { writeFileAtomic } from '../system/json-file.ts'
import { run } from '../system/run.ts'
import { java } from './java.ts'

/** One broker that is its own controller (KRaft). The same settings, but for addresses and folders, serve compose.yaml. */
export const brokerSettings: Record<string, string> = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'PLAINTEXT',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  // A mistyped topic is an error, not a new topic.
  'auto.create.topics.enable': 'false',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '10',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '5',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  // One consumer per group at first: nobody to wait for.
  'group.initial.rebalance.delay.ms': '0',
  'num.network.threads': '2',
  'num.io.threads': '4',
  'log.cleaner.dedupe.buffer.size': '16777216',
  // Every partition reserves this much for each index before it holds a record; the default is 10 MB.
  'log.index.size.max.bytes': '1048576',
}

function settings(stack: Stack): string {
  const { kafka, 'kafka-controller': controller } = stack.ports
  const all: Record<string, string> = {
    ...brokerSettings,
    listeners: `PLAINTEXT://${host}:${kafka},CONTROLLER://${host}:${controller}`,
    'advertised.listeners': `PLAINTEXT://${host}:${kafka}`,
    'controller.quorum.voters': `1@${host}:${controller}`,
    'log.dirs': dataFolder(stack),
  }
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

const dataFolder = (stack: Stack) => join(stack.folder, 'kafka/data')
const settingsFile = (stack: Stack) => join(stack.folder, 'kafka/server.properties')
const log4j = `-Dlog4j2.configurationFile=${join(root, 'infra/kafka/log4j2.xml')}`

/** Writes the settings and, once, the storage. */
export async function prepareKafka(stack: Stack, secrets: Secrets, jars: string): Promise<void> {
  writeFileAtomic(settingsFile(stack), settings(stack))
  const done = join(dataFolder(stack), 'formatted')
  if (existsSync(done)) return
  // Half-formatted: nothing was ever stored in it.
  rmSync(dataFolder(stack), { recursive: true, force: true })
  mkdirSync(dataFolder(stack), { recursive: true })
  const tool = java('256m', log4j, '-cp', `${jars}/*`, 'kafka.tools.StorageTool')
  await run([...tool, 'format', '-t', secrets.kafkaClusterId, '-c', settingsFile(stack)])
  writeFileAtomic(done, '')
}

export function kafka(stack: Stack, jars: string): ProcessSpec {
  return processSpec({
    name: 'kafka',
    command: java('512m', log4j, '-cp', `${jars}/*`, 'kafka.Kafka', settingsFile(stack)),
    cwd: join(stack.folder, 'kafka'),
    env: {},
    port: stack.ports.kafka,
    after: [],
    ready: { kind: 'kafka', port: stack.ports.kafka },
  })
}
