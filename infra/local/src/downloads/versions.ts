import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.ts'

/** The versions are written down once, where Maven reads them. */
export const kafkaPom = join(root, 'infra/kafka/pom.xml')
export const registryPom = join(root, 'infra/registry/pom.xml')

function inPom(pom: string, tag: string): string {
  const found = readFileSync(pom, 'utf8').match(new RegExp(`<${tag}>([^<]+)</${tag}>`))
  if (!found) throw new Error(`${pom} has no <${tag}>`)
  return found[1]!
}

export const kafkaVersion = inPom(kafkaPom, 'kafka.version')
export const registryVersion = inPom(registryPom, 'version')
/** Of the jar that carries Redis binaries (Redis 6.2), for machines without a redis-server. */
export const redisJarVersion = '1.4.3'
