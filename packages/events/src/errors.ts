/**
 * What can be wrong with an event or its contract.
 *
 * | code | meaning | retriable |
 * |---|---|---|
 * | `CONTRACT_NOT_REGISTERED` | the registry lacks our version of what is to be published: run the registry job | no |
 * | `EVENT_INVALID` | a value does not fit its own schema (names the field) | no |
 * | `UNDECODABLE` | bytes that are not Confluent-framed Avro of their schema | no |
 * | `SCHEMA_UNKNOWN` | the registry does not know the writer's schema id | no |
 * | `SCHEMA_MISMATCH` | the writer's schema can not be read as ours | no |
 * | `REGISTRY_UNAVAILABLE` | the registry did not answer | yes |
 */
export type ContractErrorCode =
  | 'CONTRACT_NOT_REGISTERED'
  | 'EVENT_INVALID'
  | 'UNDECODABLE'
  | 'SCHEMA_UNKNOWN'
  | 'SCHEMA_MISMATCH'
  | 'REGISTRY_UNAVAILABLE'

export class ContractError extends Error {
  readonly code: ContractErrorCode
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retriable: boolean

  constructor(code: ContractErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ContractError'
    this.code = code
    this.retriable = code === 'REGISTRY_UNAVAILABLE'
  }
}
