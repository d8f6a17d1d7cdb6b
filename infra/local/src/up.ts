import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildServices, migrateFromSource } from './build.ts'
import { createTopics, registerContracts } from './contracts-and-topics.ts'
import { ensureDatabases } from './databases.ts'
import { type Replacement, recover, replace, settleSides } from './deploy/replace.ts'
import { sideOf, turnTo } from './deploy/sides.ts'
import { downloadServers, type Programs } from './downloads/servers.ts'
import { kafkaVersion, registryVersion } from './downloads/versions.ts'
import { ensureKeys } from './keys.ts'
import { locked } from './locked.ts'
import { step } from './progress.ts'
import { noteRunning } from './releases/history.ts'
import { migrateWith } from './releases/prepare.ts'
import { type Release, release } from './releases/release.ts'
import { instancesOf, isReplica, otherSide, type Replicas, type Side, serviceOf } from './replicas.ts'
import { ensureSecrets, type Secrets } from './secrets.ts'
import { gateway } from './servers/gateway.ts'
import { kafka, prepareKafka } from './servers/kafka.ts'
import { postgres, preparePostgres } from './servers/postgres.ts'
import { prepareRedis, redis } from './servers/redis.ts'
import { prepareRegistry, registry } from './servers/registry.ts'
import { registryReader } from './servers/registry-reader.ts'
import { appFolder, releasedServices, servers, watchedServices } from './servers/services.ts'
import { stack as define, type ServiceName, type Stack, type StackName, services } from './stack.ts'
import {
  canReplace,
  clearGround,
  dismiss,
  runningSupervisor,
  stopAll,
  untilReady,
  want,
  wantedOf,
} from './supervisor/control.ts'
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
  await recover(stack)
  settleSides(stack)
  const releases = watch ? [] : services.map(({ name }) => release(stack, name, join(appFolder(name), 'dist')))
  await Promise.all([
    step('topics', () => createTopics(stack)),
    step('contracts', () => registerContracts(stack)),
    step('migrations', async () => {
      if (watch) await migrateFromSource(stack, secrets)
      else await Promise.all(releases.map((one) => migrateWith(stack, secrets, one)))
    }),
  ])
  const { apps, replacements } = watch
    ? { apps: watchedServices(stack, secrets, instancesOf(stack, replicas)), replacements: [] }
    : whatToStart(stack, secrets, releases, replicas)
  await want(stack, apps)
  if (watch) for (const { name } of services) turnTo(stack, name, 'a')
  await Promise.all(apps.map((one) => step(one.name, () => untilReady(stack, [one]))))
  const edge = await gateway(stack, programs.nginx, replicas)
  await want(stack, [edge])
  await step('gateway (nginx)', () => untilReady(stack, [edge], { timeoutMs: 20_000 }))
  if (replacements.length > 0) await replace(stack, replacements)
  for (const one of releases) noteRunning(stack, one)
  // Only now nobody is sent to them any more.
  const wanted = instancesOf(stack, replicas).map(({ name }) => name)
  await dismiss(stack, (name) => isReplica(name) && !wanted.includes(name))
}

/** What runs in another release, as many processes of it as are wanted now, is replaced as a deploy replaces it; the rest is started. */
function whatToStart(
  stack: Stack,
  secrets: Secrets,
  releases: Release[],
  replicas: Replicas,
): { apps: ProcessSpec[]; replacements: Replacement[] } {
  const byName = new Map(releases.map((one) => [one.service, one]))
  const specsOn = (side: (service: ServiceName) => Side) =>
    Map.groupBy(instancesOf(stack, replicas, side), ({ service }) => service.name)
  const here = specsOn((service) => sideOf(stack, service))
  const there = specsOn((service) => otherSide(sideOf(stack, service)))
  const running = wantedOf(stack)
  const apps: ProcessSpec[] = []
  const replacements: Replacement[] = []
  for (const { name: service } of services) {
    const specs = releasedServices(stack, secrets, here.get(service)!, byName)
    const now = running.filter(({ name }) => serviceOf(name)?.name === service)
    const same = specs.filter((spec) => now.some((one) => one.revision === spec.revision))
    if (now.length !== specs.length || same.length === specs.length || !canReplace(stack)) apps.push(...specs)
    else replacements.push({ service, specs: releasedServices(stack, secrets, there.get(service)!, byName) })
  }
  return { apps, replacements }
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
