import type { BatchHandler } from '@firstcome/kafka'
import type { Policy } from '../model/policy-store.ts'
import type { ReadModel } from '../model/read-model.ts'
import type { Policies } from './policies.ts'

/**
 * A policy was made or changed: the newest state replaces the older, and every replica hears of it. This one knows it
 * before it is stored, so that while Redis is away at least one does.
 */
export function onPolicyChanged(
  model: Pick<ReadModel, 'savePolicies'>,
  policies: Pick<Policies, 'learn'>,
): BatchHandler<Policy> {
  return async (messages) => {
    for (const { value } of messages) policies.learn(value)
    await model.savePolicies(messages.map(({ value }) => value))
  }
}
