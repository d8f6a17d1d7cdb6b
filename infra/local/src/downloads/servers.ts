import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lock } from '../../ownership.mjs'
import { cacheFolder } from '../paths.ts'
import { StepError, step } from '../progress.ts'
import { onPath } from '../system/on-path.ts'
import { run } from '../system/run.ts'
import { cached } from './cached.ts'
import { copyDependencies, unpack } from './maven.ts'
import { kafkaPom, kafkaVersion, redisJarVersion, registryPom, registryVersion } from './versions.ts'

/** Where the servers' programs are. */
export interface Programs {
  /** Folder of Kafka's jars. */
  kafka: string
  /** Folder of the registry: its runner jar and lib/. */
  registry: string
  redis: string
  nginx: string
}

export async function downloadServers(): Promise<Programs> {
  const [kafka, registry, redis, nginx] = await Promise.all([
    downloadKafka(),
    downloadRegistry(),
    findRedis(),
    findNginx(),
  ])
  return { kafka, registry, redis, nginx }
}

/** Folder of Kafka's jars. */
export const downloadKafka = () =>
  cached(`kafka-${kafkaVersion}`, `Kafka ${kafkaVersion}`, (folder) => copyDependencies(kafkaPom, folder))

const downloadRegistry = () =>
  cached(`registry-${registryVersion}`, `Apicurio Registry ${registryVersion}`, (folder) =>
    unpack(registryPom, `io.apicurio:apicurio-registry-app:${registryVersion}:tar.gz:all`, folder),
  )

async function findRedis(): Promise<string> {
  const installed = onPath('redis-server')
  if (installed) return installed
  const binary = redisBinaries[`${process.platform}-${process.arch}`]
  if (!binary) throw new StepError('redis-server is not installed.', { advice: 'Install Redis 6.2 or newer.' })
  const folder = await cached(`redis-${redisJarVersion}`, 'Redis', async (aside) => {
    await unpack(kafkaPom, `com.github.codemonstur:embedded-redis:${redisJarVersion}`, aside, binary)
    chmodSync(join(aside, binary), 0o755)
  })
  return join(folder, binary)
}

const redisBinaries: Record<string, string> = {
  'linux-x64': 'redis-server-6.2.6-v5-linux-amd64',
  'linux-arm64': 'redis-server-6.2.7-linux-arm64',
  'darwin-x64': 'redis-server-6.2.6-v5-darwin-amd64',
  'darwin-arm64': 'redis-server-6.2.6-v5-darwin-arm64',
}

/** nginx where it is installed; on Debian, as root, it is installed first. */
export async function findNginx(): Promise<string> {
  const installed = onPath('nginx')
  if (installed) return installed
  const advice =
    'Install nginx (Debian: apt-get install nginx; macOS: brew install nginx), then run the same command again.'
  if (process.getuid?.() !== 0 || !onPath('apt-get')) throw new StepError('nginx is not installed.', { advice })
  const release = await lock(join(cacheFolder, 'lock'), { what: 'installing nginx' })
  try {
    if (!onPath('nginx')) await step('install nginx (apt-get)', () => aptInstall('nginx', advice))
  } finally {
    release()
  }
  const found = onPath('nginx')
  if (!found) throw new StepError('apt-get installed no nginx program.', { advice })
  return found
}

async function aptInstall(name: string, advice: string): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'a' }
  await run(['apt-get', 'update', '-qq'], { env, advice })
  await withoutServiceStart(() =>
    run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', name], { env, advice }),
  )
  // Nor shall the next boot start the service that comes with the package.
  if (onPath('systemctl')) await run(['systemctl', 'disable', name]).catch(() => {})
}

/** A policy of 101 is Debian's way to say that a package must not start a service while it is installed. */
async function withoutServiceStart<T>(work: () => Promise<T>): Promise<T> {
  const policy = '/usr/sbin/policy-rc.d'
  // A machine that has a policy of its own keeps it.
  if (existsSync(policy)) return work()
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await work()
  } finally {
    rmSync(policy, { force: true })
  }
}
