import { serviceEnv } from '../../servers/services.ts'
import { type ServiceDefinition, services } from '../../stack.ts'
import { brokerAddresses, kafkaHealthy, replication } from './kafka.ts'
import { check, done, healthy, keepsRunning, limits, password, publish, unprivileged } from './parts.ts'
import { registryReader, writableRegistry } from './servers.ts'

const inside = {
  brokers: brokerAddresses,
  registryReaderUrl: registryReader,
  redisUrl: 'redis://redis:6379',
  jwks: '/keys/jwks.json',
  databaseUrl: ({ database, role }: { database: string; role: string }) =>
    `postgres://${role}:${password(role)}@postgres:5432/${database}`,
}

/** Built from the repository; the version is that of whoever builds (the revision, say). */
const image = ({ name }: ServiceDefinition) => ({
  image: `firstcome/${name}:\${FIRSTCOME_VERSION:-local}`,
  build: { context: '..', dockerfile: `apps/${name}/Dockerfile` },
  // From the tree as it is: an image of yesterday would run without a word.
  pull_policy: 'build',
})

/** A step of a deployment, from the image of the service whose step it is. It runs once, as often as it takes. */
function job(service: ServiceDefinition, command: string[]) {
  return {
    ...image(service),
    command,
    // As the first process it would ignore SIGTERM, for which it has no handler.
    init: true,
    restart: 'on-failure:3',
    ...unprivileged,
    deploy: limits(1, '256m'),
    // It is no service that would have a health.
    healthcheck: { disable: true },
  }
}

/** All topics, by any of the services: they have the same catalogue. */
export function topics() {
  return {
    ...job(services[0]!, ['topics.js']),
    environment: { KAFKA_BROKERS: brokerAddresses, TOPIC_REPLICATION: replication },
    networks: ['inside'],
    depends_on: kafkaHealthy(),
  }
}

export function jobsOf(service: ServiceDefinition): [string, object][] {
  const registration = {
    ...job(service, ['register.js', service.name]),
    environment: { SCHEMA_REGISTRY_URL: writableRegistry },
    networks: ['registry'],
    depends_on: healthy('registry'),
  }
  const jobs: [string, object][] = [[`register-${service.name}`, registration]]
  if (service.owns) {
    const migration = {
      ...job(service, ['migrate.js']),
      environment: { DATABASE_URL: inside.databaseUrl(service.owns) },
      networks: ['inside'],
      depends_on: healthy('postgres'),
    }
    jobs.push([`migrate-${service.name}`, migration])
  }
  return jobs
}

export function app(service: ServiceDefinition) {
  const jobs = jobsOf(service).map(([name]) => name)
  return {
    ...image(service),
    environment: serviceEnv(service, inside),
    ports: publish(service.name, 8080),
    networks: ['inside', 'edge'],
    volumes: ['../.local/local/keys/jwks.json:/keys/jwks.json:ro'],
    depends_on: {
      ...kafkaHealthy(),
      ...healthy('registry-reader', ...(service.redis ? ['redis'] : []), ...(service.owns ? ['postgres'] : [])),
      ...done('topics', ...jobs),
    },
    ...keepsRunning,
    // A service may take 25 s for a graceful stop.
    stop_grace_period: '27s',
    ...unprivileged,
    deploy: limits(1, '512m'),
    // Ready, where the image only asks whether it is alive: the gateway waits for it.
    healthcheck: check(
      'node',
      '-e',
      "fetch('http://127.0.0.1:8080/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))",
    ),
  }
}
