import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { StepError } from '../progress.ts'
import { onPath } from '../system/on-path.ts'
import { run } from '../system/run.ts'
import { foundOrInstalled } from './apt.ts'
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
  let isNew = false
  const find = () => {
    const found = onPath('nginx')
    isNew ||= found === undefined
    return found
  }
  const found = await foundOrInstalled(find, ['nginx'], {
    problem: 'nginx is not installed.',
    advice:
      'Install nginx (Debian: apt-get install nginx; macOS: brew install nginx), then run the same command again.',
  })
  // Nor shall the next boot start the service that comes with the package.
  if (isNew && onPath('systemctl')) await run(['systemctl', 'disable', 'nginx']).catch(() => {})
  return found
}
