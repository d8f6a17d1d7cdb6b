import { type Ended, tool } from './tool.ts'

/** What the audit says of a policy: its exit code (0 when it finds nothing) and all that it prints. */
export function auditOf(couponPolicyId: number): Promise<Ended> {
  return tool('fcfs-audit', '--policy', String(couponPolicyId))
}
