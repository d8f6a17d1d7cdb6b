import { join } from 'node:path'
import { audience, issuer } from '../keys.ts'
import { root } from '../paths.ts'
import type { Release } from '../releases/release.ts'
import type { Instance } from '../replicas.ts'
import { postgresUrl, type Secrets } from '../secrets.ts'
import { host, type ServiceDefinition, type ServiceName, type Stack } from '../stack.ts'
import { type ProcessSpec, processSpec } from '../supervisor/process-spec.ts'
import { userSettings } from './user-settings.ts'

export const servers = ['kafka', 'registry', 'registry-reader', 'postgres', 'redis']

/** Where a service finds what it builds on; compose.yaml has other addresses in the same places. */
export interface Surroundings {
  brokers: string
  registryReaderUrl: string
  redisUrl: string
  jwks: string
  databaseUrl(owner: { database: string; role: string }): string
}

/** Everything the local system tells a service; the rest are the service's own defaults. */
export function serviceEnv({ name, owns, redis }: ServiceDefinition, around: Surroundings): Record<string, string> {
  return {
    KAFKA_BROKERS: around.brokers,
    SCHEMA_REGISTRY_URL: around.registryReaderUrl,
    ...(owns && { DATABASE_URL: around.databaseUrl(owns) }),
    ...(redis && { REDIS_URL: around.redisUrl, REDIS_KEY_PREFIX: redisPrefix(name) }),
    JWT_JWKS: around.jwks,
    JWT_ISSUER: issuer,
    JWT_AUDIENCE: audience,
    LOG_LEVEL: 'info',
    // A killed service's partitions wait for this long. The default of 30 s bears with a network; here there is none.
    KAFKA_SESSION_TIMEOUT_MS: '10000',
    // So do payments that it had in hand.
    ...(name === 'payment-api' && { IDEMPOTENCY_LEASE_S: '10' }),
  }
}

/**
 * A machine that is busy with tests stands still for some seconds now and then: that is no Redis, database or broker that is
 * away, which a client would be told by 503. Those that are killed refuse connections, and are away at once as before.
 */
const patience = {
  REDIS_TIMEOUT_MS: '15000',
  COUPON_READ_MODEL_TIMEOUT_MS: '10000',
  COUPON_ACCEPT_TIMEOUT_MS: '15000',
  DATABASE_ACQUIRE_TIMEOUT_MS: '15000',
}

export const redisPrefix = (name: string) => `${name}:`

export function localSurroundings(stack: Stack, secrets: Secrets): Surroundings {
  return { ...stack, databaseUrl: ({ database, role }) => postgresUrl(stack, secrets, role, database) }
}

export const appFolder = (name: string) => join(root, 'apps', name)

/** Processes of services from the releases of those; of another release they are of another revision. */
export function releasedServices(
  stack: Stack,
  secrets: Secrets,
  instances: Instance[],
  releases: Map<ServiceName, Release>,
): ProcessSpec[] {
  return instances.map((instance) => {
    const { folder, revision } = releases.get(instance.service.name)!
    const command = [process.execPath, '--enable-source-maps', 'main.js']
    return serviceSpec(stack, secrets, instance, { command, cwd: folder, release: revision })
  })
}

/** Processes of services from their source, restarted by Node itself when a file they import changes. */
export function watchedServices(stack: Stack, secrets: Secrets, instances: Instance[]): ProcessSpec[] {
  const command = [process.execPath, '--watch', '--watch-preserve-output', 'src/main.ts']
  return instances.map((instance) =>
    serviceSpec(stack, secrets, instance, { command, cwd: appFolder(instance.service.name) }),
  )
}

function serviceSpec(
  stack: Stack,
  secrets: Secrets,
  { service, name, port }: Instance,
  what: Pick<ProcessSpec, 'command' | 'cwd' | 'release'>,
): ProcessSpec {
  const spec = processSpec({
    ...what,
    name: service.name,
    env: {
      ...serviceEnv(service, localSurroundings(stack, secrets)),
      // Tests mean the defaults, whatever somebody tries out beside them.
      ...(stack.name === 'local' && userSettings(root)),
      ...(stack.name === 'test' && patience),
      // And whatever they make a service answer is held to the public document.
      ...(stack.name === 'test' && { HTTP_CHECK_ANSWERS: 'true' }),
      HOST: host,
      PORT: String(port),
    },
    port,
    after: servers,
    ready: { kind: 'http', url: `http://${host}:${port}/health/ready` },
    // A service may take 25 s for a graceful stop.
    stopTimeoutMs: 27_000,
  })
  // Of the same revision under every name: what takes the place of another goes on running under its name.
  return { ...spec, name }
}
