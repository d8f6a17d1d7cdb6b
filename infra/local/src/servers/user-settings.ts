import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/** The local system decides these itself: who listens where, and who owns what. */
const decided = new Set([
  'PORT',
  'HOST',
  'KAFKA_BROKERS',
  'KAFKA_PREFIX',
  'SCHEMA_REGISTRY_URL',
  'DATABASE_URL',
  'REDIS_URL',
  'REDIS_KEY_PREFIX',
  'JWT_JWKS',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
])

/**
 * Settings that somebody made for the services: in a file `.env` in `folder`, or, above that, in the environment of the
 * command. Only what `.env.example` names is a setting.
 */
export function userSettings(folder: string, environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const file = read(join(folder, '.env'))
  const settings: Record<string, string> = {}
  for (const name of Object.keys(read(join(folder, '.env.example')))) {
    const value = environment[name] || file[name]
    if (value && !decided.has(name)) settings[name] = value
  }
  return settings
}

function read(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}
