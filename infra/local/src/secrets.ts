import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { databases, operatorRole, type Stack } from './stack.ts'
import { readJson, writeJson } from './system/json-file.ts'

export interface Secrets {
  /** Of the Postgres roles, by role; `postgres` is the superuser. */
  passwords: Record<string, string>
  kafkaClusterId: string
}

/** 16 bytes in base64url; never starts with a dash, which Kafka's tools would take for an option. */
export const newClusterId = () => `F${randomBytes(16).toString('base64url').slice(1)}`

export const superuser = 'postgres'
const secretsFile = (stack: Stack) => join(stack.folder, 'secrets.json')

/** Made on the first start, then kept: the servers' data belongs to them. */
export function ensureSecrets(stack: Stack): Secrets {
  const known = readJson<Secrets>(secretsFile(stack))
  const roles = [superuser, operatorRole, ...databases.map((one) => one.role)]
  const secrets: Secrets = {
    passwords: Object.fromEntries(
      roles.map((role) => [role, known?.passwords[role] ?? randomBytes(18).toString('base64url')]),
    ),
    kafkaClusterId: known?.kafkaClusterId ?? newClusterId(),
  }
  if (JSON.stringify(secrets) !== JSON.stringify(known)) writeJson(secretsFile(stack), secrets)
  return secrets
}

export function readSecrets(stack: Stack): Secrets {
  const secrets = readJson<Secrets>(secretsFile(stack))
  if (!secrets) throw new Error(`the ${stack.name} stack has no secrets yet: it has never been started`)
  return secrets
}

export function postgresUrl(stack: Stack, secrets: Secrets, role = superuser, database = 'postgres'): string {
  return `postgres://${role}:${secrets.passwords[role]}@127.0.0.1:${stack.ports.postgres}/${database}`
}
