import type { BatchHandler } from '@firstcome/kafka'
import type { Policy } from '../model/policy-store.ts'
import type { ReadModel } from '../model/read-model.ts'

/** A policy was made or changed: stores the newest state. Replicas learn of it by themselves, see `hear-policies.ts`. */
export function onPolicyChanged(model: Pick<ReadModel, 'savePolicies'>): BatchHandler<Policy> {
  return (messages) => model.savePolicies(messages.map(({ value }) => value))
}
