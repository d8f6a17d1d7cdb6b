import { kafkaVersion, registryVersion } from '../downloads/versions.ts'
import { brokerSettings } from '../servers/kafka.ts'
import { serverSettings as postgresSettings } from '../servers/postgres.ts'
import { serverArguments as redisArguments, serverSettings as redisSettings } from '../servers/redis.ts'
import { registrySettings } from '../servers/registry.ts'
import { serviceEnv } from '../servers/services.ts'
import { basePorts, databases, operatorRole, registryOwns, services } from '../stack.ts'

/** In containers a role's password is its name: nothing but this machine can reach the published ports. */
const password = (role: string) => role

const inside = {
  brokers: 'kafka:19092',
  registryUrl: 'http://registry:8080/apis/ccompat/v7',
  registryReaderUrl: 'http://registry-reader:8080/apis/ccompat/v7',
  redisUrl: 'redis://redis:6379',
  jwks: '/keys/jwks.json',
  databaseUrl: ({ database, role }: { database: string; role: string }) =>
    `postgres://${role}:${password(role)}@postgres:5432/${database}`,
}

/** The same system as containers, from the same definition. Written to infra/compose.yaml. */
export function renderCompose(): string {
  const all = {
    kafka: kafka(),
    postgres: postgres(),
    redis: redis(),
    registry: registry(),
    'registry-reader': registryReader(),
    topics: topics(),
    contracts: contracts(),
  }
  const migrations = services.filter((one) => one.owns).map((one) => [`migrate-${one.name}`, migration(one)])
  const apps = services.map((one) => [one.name, app(one)])
  const compose = {
    name: 'firstcome',
    services: { ...all, ...Object.fromEntries(migrations), ...Object.fromEntries(apps), gateway: gateway() },
    volumes: { kafka: {}, postgres: {}, redis: {} },
  }
  return `# Generated from infra/local/src by \`npm run generate\`: change it there.\n${yaml(compose)}`
}

const publish = (name: keyof typeof basePorts, port: number) => [`127.0.0.1:${basePorts[name]}:${port}`]
const healthy = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { condition: 'service_healthy' }]))
const done = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { condition: 'service_completed_successfully' }]))
const check = (...test: string[]) => ({
  test: test.length === 1 ? ['CMD-SHELL', ...test] : ['CMD', ...test],
  interval: '2s',
  timeout: '5s',
  retries: 60,
  start_interval: '1s',
  start_period: '60s',
})
const nodeImage = 'node:26-slim'

function kafka() {
  // KAFKA_ and the name in capitals: how the image takes the broker's settings.
  const variable = (name: string) => `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`
  const settings = {
    ...brokerSettings,
    listeners: 'PLAINTEXT://:19092,CONTROLLER://:19093,HOST://:9092',
    'advertised.listeners': `PLAINTEXT://kafka:19092,HOST://127.0.0.1:${basePorts.kafka}`,
    'listener.security.protocol.map': `${brokerSettings['listener.security.protocol.map']},HOST:PLAINTEXT`,
    'controller.quorum.voters': '1@kafka:19093',
    'log.dirs': '/var/lib/kafka/data',
  }
  return {
    image: `apache/kafka:${kafkaVersion}`,
    environment: Object.fromEntries(Object.entries(settings).map(([name, value]) => [variable(name), value])),
    ports: publish('kafka', 9092),
    volumes: ['kafka:/var/lib/kafka/data'],
    healthcheck: check('/opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server localhost:19092 > /dev/null'),
  }
}

function postgres() {
  return {
    image: 'postgres:18',
    command: ['postgres', ...Object.entries(postgresSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    environment: { POSTGRES_PASSWORD: password('postgres') },
    ports: publish('postgres', 5432),
    volumes: ['postgres:/var/lib/postgresql', './postgres/owners.sql:/docker-entrypoint-initdb.d/owners.sql:ro'],
    healthcheck: check('pg_isready -U postgres -h 127.0.0.1'),
  }
}

function redis() {
  return {
    image: 'redis:8',
    command: ['redis-server', ...redisArguments(redisSettings)],
    ports: publish('redis', 6379),
    volumes: ['redis:/data'],
    healthcheck: check('redis-cli ping | grep -q PONG'),
  }
}

function registry() {
  return {
    image: `apicurio/apicurio-registry:${registryVersion}`,
    environment: registrySettings({ postgres: 'postgres:5432', password: password(registryOwns.role) }),
    ports: publish('registry', 8080),
    depends_on: healthy('postgres'),
    healthcheck: check('curl -fsS http://localhost:8080/apis/ccompat/v7/subjects > /dev/null'),
  }
}

function registryReader() {
  return {
    image: 'nginx:1.29',
    command: ['nginx', '-c', '/etc/nginx/reader.conf'],
    ports: publish('registry-reader', 8080),
    volumes: ['./registry/compose.conf:/etc/nginx/reader.conf:ro'],
    depends_on: healthy('registry'),
    healthcheck: check('curl -fsS http://127.0.0.1:8080/apis/ccompat/v7/subjects > /dev/null'),
  }
}

/** The commands run from the sources, with the packages installed on this machine. */
function command(file: string, environment: Record<string, string>, needs: Record<string, unknown>) {
  return {
    image: nodeImage,
    working_dir: '/firstcome',
    command: ['node', file],
    environment,
    volumes: ['..:/firstcome:ro'],
    depends_on: needs,
  }
}

const topics = () =>
  command('packages/kafka/src/commands/topics.ts', { KAFKA_BROKERS: inside.brokers }, healthy('kafka'))
const contracts = () =>
  command(
    'packages/events/src/commands/register.ts',
    { REGISTRY_URL: inside.registryUrl, SCHEMA_REGISTRY_URL: inside.registryUrl },
    healthy('registry'),
  )

type Service = (typeof services)[number]

function migration(service: Service) {
  const environment = serviceEnv(service, inside)
  return { ...bundle(service, 'dist/migrate.js'), environment, depends_on: healthy('postgres') }
}

function app(service: Service) {
  return {
    ...bundle(service, 'dist/main.js'),
    environment: { ...serviceEnv(service, inside), HOST: '0.0.0.0', PORT: '8080' },
    ports: publish(service.name, 8080),
    depends_on: {
      ...healthy('kafka', 'registry-reader', 'redis'),
      ...done('topics', 'contracts', ...(service.owns ? [`migrate-${service.name}`] : [])),
    },
    restart: 'unless-stopped',
    // A service may take 25 s for a graceful stop.
    stop_grace_period: '27s',
    healthcheck: check(
      'node',
      '-e',
      "fetch('http://127.0.0.1:8080/health/ready').then((r) => process.exit(r.ok ? 0 : 1))",
    ),
  }
}

function bundle({ name }: Service, file: string) {
  return {
    image: nodeImage,
    working_dir: '/app',
    command: ['node', '--enable-source-maps', file],
    volumes: [`../apps/${name}/dist:/app/dist:ro`, '../.local/local/keys/jwks.json:/keys/jwks.json:ro'],
  }
}

function gateway() {
  return {
    image: 'nginx:1.29',
    command: ['nginx', '-c', '/etc/nginx/gateway.conf'],
    ports: publish('gateway', 8080),
    volumes: ['./gateway/compose.conf:/etc/nginx/gateway.conf:ro'],
    depends_on: healthy(...services.map((one) => one.name)),
    healthcheck: check('curl -fsS http://127.0.0.1:8080/healthz > /dev/null'),
  }
}

/** A role and a database per owner, as `ensureDatabases` makes them natively. Written to infra/postgres/owners.sql. */
export function renderOwners(): string {
  const roles = [operatorRole, ...databases.map((one) => one.role)]
  return `-- Generated from infra/local/src/stack.ts by \`npm run generate\`: change it there. Run once, by the postgres image.
${roles.map((role) => `CREATE ROLE ${role} LOGIN PASSWORD '${password(role)}';\n`).join('')}GRANT pg_read_all_data TO ${operatorRole};
${databases
  .map(
    ({ database, role }) => `
CREATE DATABASE ${database} OWNER ${role};
REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${database} TO ${operatorRole};
`,
  )
  .join('')}`
}

/** Enough of YAML for this: maps and lists in blocks, everything else as JSON, which YAML contains. */
function yaml(value: object, indent = ''): string {
  return Object.entries(value)
    .map(([key, inner]) => {
      if (Array.isArray(inner))
        return `${indent}${key}:\n${inner.map((one) => `${indent}  - ${JSON.stringify(one)}\n`).join('')}`
      if (typeof inner !== 'object' || inner === null) return `${indent}${key}: ${JSON.stringify(inner)}\n`
      return Object.keys(inner).length === 0
        ? `${indent}${key}: {}\n`
        : `${indent}${key}:\n${yaml(inner, `${indent}  `)}`
    })
    .join('')
}
