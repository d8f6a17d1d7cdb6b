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

/** Where one broker lives: everything in its folder, on two ports of 127.0.0.1. */
export interface BrokerPlace {
  folder: string
  port: number
  controllerPort: number
  /** Added to the settings above, or in their place. */
  settings?: Record<string, string>
}

function settings(place: BrokerPlace): string {
  const { port, controllerPort } = place
  const all: Record<string, string> = {
    ...brokerSettings,
    listeners: `PLAINTEXT://${host}:${port},CONTROLLER://${host}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${host}:${port}`,
    'controller.quorum.voters': `1@${host}:${controllerPort}`,
    'log.dirs': dataFolder(place),
    ...place.settings,
  }
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

const dataFolder = ({ folder }: BrokerPlace) => join(folder, 'data')
const settingsFile = ({ folder }: BrokerPlace) => join(folder, 'server.properties')
const log4j = `-Dlog4j2.configurationFile=${join(root, 'infra/kafka/log4j2.xml')}`

/** Writes the settings and, once, the storage. */
export async function prepareBroker(place: BrokerPlace, clusterId: string, jars: string): Promise<void> {
  writeFileAtomic(settingsFile(place), settings(place))
  const done = join(dataFolder(place), 'formatted')
  if (existsSync(done)) return
  // Half-formatted: nothing was ever stored in it.
  rmSync(dataFolder(place), { recursive: true, force: true })
  mkdirSync(dataFolder(place), { recursive: true })
  const tool = java('256m', log4j, '-cp', `${jars}/*`, 'kafka.tools.StorageTool')
  await run([...tool, 'format', '-t', clusterId, '-c', settingsFile(place)])
  writeFileAtomic(done, '')
}

export function brokerCommand(place: BrokerPlace, jars: string, heap = '512m'): string[] {
  return java(heap, log4j, '-cp', `${jars}/*`, 'kafka.Kafka', settingsFile(place))
}

const placeOf = (stack: Stack): BrokerPlace => ({
  folder: join(stack.folder, 'kafka'),
  port: stack.ports.kafka,
  controllerPort: stack.ports['kafka-controller'],
})

export function prepareKafka(stack: Stack, secrets: Secrets, jars: string): Promise<void> {
  return prepareBroker(placeOf(stack), secrets.kafkaClusterId, jars)
}

export function kafka(stack: Stack, jars: string): ProcessSpec {
  const place = placeOf(stack)
  return processSpec({
    name: 'kafka',
    // A test run makes topics by the thousand, and a broker keeps something of each.
    command: brokerCommand(place, jars, stack.name === 'test' ? '1g' : '512m'),
    cwd: place.folder,
    env: {},
    port: place.port,
    after: [],
    ready: { kind: 'kafka', port: place.port },
  })
}
