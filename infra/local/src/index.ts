/** The local system for other parts of the repository: the demonstration, tests, measurements. */
export { down } from './down.ts'
export { downServices } from './down-services.ts'
export { type TokenOptions, token } from './keys.ts'
export { type Lease, leaseTestStack } from './lease.ts'
export { reportTo } from './progress.ts'
export { postgresUrl, readSecrets, type Secrets } from './secrets.ts'
export * from './stack.ts'
export { type UpOptions, up } from './up.ts'
