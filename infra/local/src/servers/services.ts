import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { audience, issuer } from '../keys.ts'
import { root } from '../paths.ts'
import { type Instance, instancesOf, type Replicas } from '../replicas.ts'
import { postgresUrl, type Secrets } from '../secrets.ts'
import { host, type ServiceDefinition, type Stack } from '../stack.ts'
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

export const redisPrefix = (name: string) => `${name}:`

export function localSurroundings(stack: Stack, secrets: Secrets): Surroundings {
  return { ...stack, databaseUrl: ({ database, role }) => postgresUrl(stack, secrets, role, database) }
}

export const appFolder = (name: string) => join(root, 'apps', name)

/** The six services from their bundles; a bundle that has changed is another revision, so the next start replaces it. */
export function bundledServices(stack: Stack, secrets: Secrets, replicas: Replicas = {}): ProcessSpec[] {
  return instancesOf(stack, replicas).map((instance) =>
    serviceSpec(
      stack,
      secrets,
      instance,
      ['--enable-source-maps', 'dist/main.js'],
      readFileSync(join(appFolder(instance.service.name), 'dist/main.js'), 'utf8'),
    ),
  )
}

/** The six services from their source, restarted by Node itself when a file they import changes. */
export function watchedServices(stack: Stack, secrets: Secrets, replicas: Replicas = {}): ProcessSpec[] {
  return instancesOf(stack, replicas).map((instance) =>
    serviceSpec(stack, secrets, instance, ['--watch', '--watch-preserve-output', 'src/main.ts']),
  )
}

function serviceSpec(
  stack: Stack,
  secrets: Secrets,
  { service, name, port }: Instance,
  args: string[],
  content = '',
): ProcessSpec {
  return processSpec(
    {
      name,
      command: [process.execPath, ...args],
      cwd: appFolder(service.name),
      env: {
        ...serviceEnv(service, localSurroundings(stack, secrets)),
        // Tests mean the defaults, whatever somebody tries out beside them.
        ...(stack.name === 'local' && userSettings(root)),
        HOST: host,
        PORT: String(port),
      },
      port,
      after: servers,
      ready: { kind: 'http', url: `http://${host}:${port}/health/ready` },
      // A service may take 25 s for a graceful stop.
      stopTimeoutMs: 27_000,
    },
    content,
  )
}
