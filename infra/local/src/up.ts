import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildServices, migrateDatabases } from './build.ts'
import { createTopics, registerContracts } from './contracts-and-topics.ts'
import { ensureDatabases } from './databases.ts'
import { downloadServers, type Programs } from './downloads/servers.ts'
import { kafkaVersion, registryVersion } from './downloads/versions.ts'
import { ensureKeys } from './keys.ts'
import { locked } from './locked.ts'
import { step } from './progress.ts'
import { instancesOf, isReplica, type Replicas } from './replicas.ts'
import { ensureSecrets, type Secrets } from './secrets.ts'
import { gateway } from './servers/gateway.ts'
import { kafka, prepareKafka } from './servers/kafka.ts'
import { postgres, preparePostgres } from './servers/postgres.ts'
import { prepareRedis, redis } from './servers/redis.ts'
import { prepareRegistry, registry } from './servers/registry.ts'
import { registryReader } from './servers/registry-reader.ts'
import { bundledServices, servers, watchedServices } from './servers/services.ts'
import { stack as define, type Stack, type StackName } from './stack.ts'
import { clearGround, dismiss, runningSupervisor, stopAll, untilReady, want } from './supervisor/control.ts'
import type { ProcessSpec } from './supervisor/process-spec.ts'
import { readJson } from './system/json-file.ts'
import { requireFreePorts } from './system/ports.ts'

export interface UpOptions {
  /** With the six services and the gateway (default), or only the servers under them. */
  services?: boolean
  /** Services from their source, restarted when it changes, instead of from their bundles. */
  watch?: boolean
  /** How many processes of a service; what an earlier start had more of is stopped. */
  replicas?: Replicas
}

/** Brings a stack up, from nothing or from whatever half of it runs; returns when it is ready. Safe to repeat. */
export async function up(
  name: StackName,
  { services = true, watch = false, replicas = {} }: UpOptions = {},
): Promise<Stack> {
  const stack = define(name)
  mkdirSync(stack.folder, { recursive: true, mode: 0o700 })
  return locked(stack, 'starting', async () => {
    await leaveOtherPorts(stack)
    if (!runningSupervisor(stack)) await requireAllPorts(stack, services, replicas)
    const programs = await downloadServers()
    const secrets = ensureSecrets(stack)
    await ensureKeys(stack)
    // Bundling takes about as long as the servers take to start.
    const built = services && !watch ? step('build the services', buildServices) : Promise.resolve()
    const started = startServers(stack, secrets, programs)
    await Promise.all([built, started])
    if (services) await startServices(stack, secrets, programs, { watch, replicas })
    else await step('contracts', () => registerContracts(stack), { quietMs: 1_000 })
    return stack
  })
}

async function startServices(
  stack: Stack,
  secrets: Secrets,
  programs: Programs,
  { watch, replicas }: { watch: boolean; replicas: Replicas },
): Promise<void> {
  await Promise.all([
    step('topics', () => createTopics(stack)),
    step('contracts', () => registerContracts(stack)),
    step('migrations', () => migrateDatabases(stack, secrets, watch ? 'src' : 'dist')),
  ])
  const apps = (watch ? watchedServices : bundledServices)(stack, secrets, replicas)
  await want(stack, apps)
  await Promise.all(apps.map((one) => step(one.name, () => untilReady(stack, [one]))))
  const edge = await gateway(stack, programs.nginx, replicas)
  await want(stack, [edge])
  await step('gateway (nginx)', () => untilReady(stack, [edge], 20_000))
  // Only now nobody is sent to them any more.
  await dismiss(stack, (name) => isReplica(name) && !apps.some((one) => one.name === name))
}

/** A stack that runs on other ports than those wanted now is stopped first: everything in it knows its ports. */
async function leaveOtherPorts(stack: Stack): Promise<void> {
  const recorded = readJson<{ baseOffset: number }>(join(stack.folder, 'ports.json'))
  if (!runningSupervisor(stack) || recorded?.baseOffset === stack.offset) return
  await step('stop what runs on other ports', () => stopAll(stack))
}

/** Better told now than when half of the system runs. */
async function requireAllPorts(stack: Stack, withServices: boolean, replicas: Replicas): Promise<void> {
  await clearGround(stack)
  const under = ['kafka-controller', ...servers]
  const ports = Object.entries(stack.ports).map(([name, port]) => ({ name, port }))
  ports.push(...instancesOf(stack, replicas).filter(({ name }) => !ports.some((one) => one.name === name)))
  await requireFreePorts(
    ports.filter((one) => withServices || under.includes(one.name)),
    stack.offset,
  )
}

/** Kafka, Postgres, Redis and the registry with its door; returns what the services build on. */
export async function startServers(stack: Stack, secrets: Secrets, programs: Programs): Promise<ProcessSpec[]> {
  prepareRedis(stack)
  prepareRegistry(stack)
  await step(
    'prepare the storage of Kafka and Postgres',
    () => Promise.all([prepareKafka(stack, secrets, programs.kafka), preparePostgres(stack, secrets)]),
    { quietMs: 500 },
  )
  const broker = kafka(stack, programs.kafka)
  const database = await postgres(stack, secrets)
  const keys = redis(stack, programs.redis)
  const schemas = registry(stack, secrets, programs.registry)
  const door = await registryReader(stack, programs.nginx)
  // The registry cannot start before its database is there; Kafka, which takes as long, need not wait for it.
  await want(stack, [broker, database, keys])
  await step('Postgres 18', () => untilReady(stack, [database]))
  await step('databases and roles', () => ensureDatabases(stack, secrets))
  await want(stack, [broker, database, keys, schemas, door])
  await Promise.all([
    step('Redis', () => untilReady(stack, [keys])),
    step(`Kafka ${kafkaVersion}`, () => untilReady(stack, [broker])),
    step(`Apicurio Registry ${registryVersion}`, () => untilReady(stack, [schemas, door])),
  ])
  return [broker, database, keys, schemas, door]
}
