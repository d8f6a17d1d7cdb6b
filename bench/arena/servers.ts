import { postgresUrl, readSecrets, type Stack, token } from '@firstcome/local'

/** The servers that everything here is measured on. */
export interface BenchServers {
  brokers: string
  registryUrl: string
  /** As superuser, database `postgres`. */
  postgresUrl: string
  redisUrl: string
  /** Path of the public key set. */
  jwks: string
  /** A bearer token of this user. */
  token(userId: number, admin?: boolean): Promise<string>
}

export const benchServers = (stack: Stack): BenchServers => ({
  brokers: stack.brokers,
  registryUrl: stack.registryUrl,
  postgresUrl: postgresUrl(stack, readSecrets(stack)),
  redisUrl: stack.redisUrl,
  jwks: stack.jwks,
  token: (userId, admin = false) => token(stack, userId, { admin }),
})
