import type { CouponIssueRequested } from '@firstcome/events'
import { waitFor } from '@firstcome/testing'
import type { OutcomeEvent, Stage } from './stage.ts'

export const UNLUCKY = 666

/** While it is put, no coupon of the unlucky user can be stored: a failure of one message, not an outage. `when`: SQL about the row `new`. */
export function bugOf({ db }: Stage) {
  return {
    put: (when = 'true') =>
      db.raw(`
        CREATE OR REPLACE FUNCTION bug() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF new.user_id = ${UNLUCKY} AND ${when} THEN RAISE EXCEPTION 'a bug'; END IF;
          RETURN new;
        END $$;
        CREATE TRIGGER bug BEFORE INSERT ON coupons FOR EACH ROW EXECUTE FUNCTION bug()`),
    fix: () => db.raw('DROP TRIGGER IF EXISTS bug ON coupons'),
  }
}

/** What users were told, by rank or reason: each event once, however often it was published. */
export function hearing({ outcomes }: Stage) {
  const of = ({ requestId }: CouponIssueRequested) => outcomes.filter(({ value }) => value.requestId === requestId)
  const words = ({ value }: OutcomeEvent) => ('rank' in value ? value.rank : value.reason)
  const told = (request: CouponIssueRequested) => [
    ...new Map(of(request).map((event) => [event.id, words(event)])).values(),
  ]
  const answered = (...requests: CouponIssueRequested[]) =>
    waitFor('their outcomes', () => requests.every((one) => of(one).length > 0), { timeoutMs: 60_000 })
  return { told, answered }
}
