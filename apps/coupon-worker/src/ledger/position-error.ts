/** Commands that an operator chooses from; see docs/operations.md. */
const RESOLVE =
  'On a local system run `npm run reset` (drops all data). Elsewhere, once the log has been checked: ' +
  '`node apps/coupon-worker/src/commands/accept-log.ts --yes` forgets the stored positions and has the present log decided from ' +
  'where the consumer group stands; coupons already issued stay issued.'

/**
 * The log is not the one that was decided: Kafka was reset and the database was not, or the other way round. Nothing may be
 * decided or skipped before a person has looked, so the worker stops.
 */
export class PositionError extends Error {
  override name = 'PositionError'
  readonly code = 'LOG_NOT_THE_ONE_DECIDED'
  /** Read by the runtime as "hold the partition": no request may be given up because of it. */
  readonly retriable = true

  constructor(problem: string) {
    super(`${problem} ${RESOLVE}`)
  }
}
