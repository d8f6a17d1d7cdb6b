import { brokerSettings } from '../../servers/kafka.ts'
import { basePorts } from '../../stack.ts'
import { images } from '../image-versions.ts'
import { check, clusterIdVariable, keepsRunning, limits, secret } from './parts.ts'

/** Written to infra/compose.cluster.env: with these variables the same file makes a cluster of three. */
export const clusterSettings = {
  COMPOSE_PROJECT_NAME: 'firstcome-cluster',
  COMPOSE_PROFILES: 'cluster',
  FIRSTCOME_KAFKA_BROKERS: brokers(3),
  FIRSTCOME_KAFKA_VOTERS: voters(3),
  FIRSTCOME_KAFKA_REPLICATION: '3',
  FIRSTCOME_KAFKA_MIN_INSYNC: '2',
}
type ClusterSetting = keyof typeof clusterSettings

/** As the cluster wants it, or this, which one broker alone wants. */
const setting = (name: ClusterSetting, alone: string) => `\${${name}:-${alone}}`

export const brokerAddresses = setting('FIRSTCOME_KAFKA_BROKERS', brokers(1))
export const replication = setting('FIRSTCOME_KAFKA_REPLICATION', '1')

function nameOf(id: number): string {
  return id === 1 ? 'kafka' : `kafka-${id}`
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

function brokers(count: number): string {
  return upTo(count)
    .map((id) => `${nameOf(id)}:19092`)
    .join(',')
}

function voters(count: number): string {
  return upTo(count)
    .map((id) => `${id}@${nameOf(id)}:19093`)
    .join(',')
}

/** One broker, and two more in the profile `cluster`; each is a controller as well, so that any one of three may fail. */
export const kafkaServices = () => Object.fromEntries(upTo(3).map((id) => [nameOf(id), broker(id)]))
export const kafkaVolumes = () => Object.fromEntries(upTo(3).map((id) => [nameOf(id), {}]))

/** Waits for every broker there is: those of another profile do not count. */
export const kafkaHealthy = () =>
  Object.fromEntries(
    upTo(3).map((id) => [nameOf(id), { condition: 'service_healthy', ...(id > 1 && { required: false }) }]),
  )

function broker(id: number) {
  const name = nameOf(id)
  const hostPort = basePorts.kafka + 10 * (id - 1)
  const minInsync = setting('FIRSTCOME_KAFKA_MIN_INSYNC', '1')
  const settings: Record<string, string> = {
    ...brokerSettings,
    'node.id': String(id),
    listeners: 'PLAINTEXT://:19092,CONTROLLER://:19093,HOST://:9092',
    'advertised.listeners': `PLAINTEXT://${name}:19092,HOST://127.0.0.1:${hostPort}`,
    'listener.security.protocol.map': `${brokerSettings['listener.security.protocol.map']},HOST:PLAINTEXT`,
    'controller.quorum.voters': setting('FIRSTCOME_KAFKA_VOTERS', voters(1)),
    'log.dirs': '/var/lib/kafka/data',
    'offsets.topic.replication.factor': replication,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': minInsync,
    'share.coordinator.state.topic.replication.factor': replication,
    'share.coordinator.state.topic.min.isr': minInsync,
    'min.insync.replicas': minInsync,
  }
  // KAFKA_ and the name in capitals: how the image takes the broker's settings.
  const variable = (key: string) => `KAFKA_${key.toUpperCase().replaceAll('.', '_')}`
  return {
    image: images.kafka,
    ...(id > 1 && { profiles: ['cluster'] }),
    environment: {
      CLUSTER_ID: secret(clusterIdVariable),
      KAFKA_HEAP_OPTS: '-Xmx512m',
      ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [variable(key), value])),
    },
    ports: [`127.0.0.1:${hostPort}:9092`],
    networks: ['inside'],
    volumes: [`${name}:/var/lib/kafka/data`],
    ...keepsRunning,
    stop_grace_period: '60s',
    deploy: limits(2, '1g'),
    healthcheck: check('/opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server localhost:19092 > /dev/null'),
  }
}
