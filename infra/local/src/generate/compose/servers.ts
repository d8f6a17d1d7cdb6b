import { serverSettings as postgresSettings } from '../../servers/postgres.ts'
import { serverArguments as redisArguments, serverSettings as redisSettings } from '../../servers/redis.ts'
import { registrySettings } from '../../servers/registry.ts'
import { registryOwns, services } from '../../stack.ts'
import { images } from '../image-versions.ts'
import { renderedRoles } from '../owners.ts'
import { check, healthy, keepsRunning, limits, password, passwordVariable, publish } from './parts.ts'

const api = '/apis/ccompat/v7'

/** Where the deployment writes contracts: on a network that no service is on. */
export const writableRegistry = `http://registry:8080${api}`
/** Where services read them. */
export const registryReader = `http://registry-reader:8080${api}`

export function postgres() {
  return {
    image: images.postgres,
    command: ['postgres', ...Object.entries(postgresSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    environment: Object.fromEntries(
      ['postgres', ...renderedRoles].map((role) => [passwordVariable(role), password(role)]),
    ),
    ports: publish('postgres', 5432),
    networks: ['inside', 'registry'],
    volumes: ['postgres:/var/lib/postgresql', './postgres/owners.sql:/docker-entrypoint-initdb.d/owners.sql:ro'],
    ...keepsRunning,
    // "Fast": ends open sessions, and writes everything down.
    stop_signal: 'SIGINT',
    stop_grace_period: '60s',
    deploy: limits(2, '1g'),
    healthcheck: check('pg_isready -U postgres -h 127.0.0.1'),
  }
}

export function redis() {
  return {
    image: images.redis,
    command: ['redis-server', ...redisArguments(redisSettings)],
    ports: publish('redis', 6379),
    networks: ['inside'],
    volumes: ['redis:/data'],
    ...keepsRunning,
    deploy: limits(1, '512m'),
    healthcheck: check('redis-cli ping | grep -q PONG'),
  }
}

export function registry() {
  return {
    image: images.registry,
    environment: registrySettings({ postgres: 'postgres:5432', password: password(registryOwns.role) }),
    ports: publish('registry', 8080),
    networks: ['registry'],
    depends_on: healthy('postgres'),
    ...keepsRunning,
    deploy: limits(1, '768m'),
    healthcheck: check(`curl -fsS http://localhost:8080${api}/subjects > /dev/null`),
  }
}

export function reader() {
  return {
    ...nginx('./registry/compose.conf:/etc/nginx/reader.conf:ro'),
    ports: publish('registry-reader', 8080),
    networks: ['inside', 'registry'],
    depends_on: healthy('registry'),
    healthcheck: check(`curl -fsS http://127.0.0.1:8080${api}/subjects > /dev/null`),
  }
}

export function gateway() {
  return {
    ...nginx(
      './gateway/compose.conf:/etc/nginx/gateway.conf:ro',
      '../.local/local/api-docs:/usr/share/nginx/api-docs:ro',
    ),
    ports: publish('gateway', 8080),
    networks: ['edge'],
    depends_on: healthy(...services.map((one) => one.name)),
    healthcheck: check('curl -fsS http://127.0.0.1:8080/healthz > /dev/null'),
  }
}

/** With the first of the files, which lie below /etc/nginx, as its configuration. */
function nginx(...files: string[]) {
  return {
    image: images.nginx,
    command: ['nginx', '-c', files[0]!.split(':')[1]!],
    volumes: files,
    ...keepsRunning,
    // Finishes what it is answering.
    stop_signal: 'SIGQUIT',
    deploy: limits(1, '256m'),
  }
}
