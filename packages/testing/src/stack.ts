import { postgresUrl, readSecrets, stack } from '@firstcome/local'

export interface TestStack {
  brokers: string
  registryUrl: string
  /** What services are given: the registry, for reading only. */
  registryReaderUrl: string
  /** As superuser, database `postgres`. */
  postgresUrl: string
  redisUrl: string
  /** Answers only while the whole system runs, gateway included. */
  gatewayUrl: string
  /** Path of the public key set that checks `testToken`s. */
  jwks: string
}

/** Where the shared test servers are; the vitest global setup has brought them up. */
export function testStack(): TestStack {
  const test = stack('test')
  return {
    brokers: test.brokers,
    registryUrl: test.registryUrl,
    registryReaderUrl: test.registryReaderUrl,
    postgresUrl: postgresUrl(test, readSecrets(test)),
    redisUrl: test.redisUrl,
    gatewayUrl: test.gatewayUrl,
    jwks: test.jwks,
  }
}
