import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kafkaVersion, registryVersion } from '../downloads/versions.ts'
import { root } from '../paths.ts'

/** The official images, each with its exact version: those of the native system where it has one. */
const nodeVersion = readFileSync(join(root, '.node-version'), 'utf8').trim()

export const nodeImage = `node:${nodeVersion}-slim`
export const images = {
  kafka: `apache/kafka:${kafkaVersion}`,
  registry: `apicurio/apicurio-registry:${registryVersion}`,
  postgres: 'postgres:18.4',
  redis: 'redis:8.2.1',
  nginx: 'nginx:1.29.1',
}
