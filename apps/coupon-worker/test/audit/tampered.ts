import { v7 as uuidv7 } from 'uuid'
import type { Kind } from '../../src/audit/findings.ts'
import type { OutcomeEvent, Stage } from '../stage.ts'

/** The first two policies of a new database: one with a rush on it, and one of ten coupons with five issued. */
export const RUSH = 1
export const CALM = 2

/** What the seeds need of the test that plants them. */
export interface Scene {
  sql: (query: string, ...values: (string | number)[]) => Promise<unknown>
  /** What was told about a request of the rush that was refused for this reason. */
  refused: (reason: string) => OutcomeEvent['value']
  /** The last request for a policy, at its place in the log. */
  place: (policy: number) => ReturnType<Stage['log']>[number]
}

export interface Seed {
  what: string
  kind: Kind
  /** What else is wrong then. */
  besides?: Kind[]
  /** Part of the counter-example. */
  words: RegExp
  seed: () => Promise<unknown>
}

export const tampered = ({ sql, refused, place }: Scene): Seed[] => [
  {
    what: 'more coupons than stock',
    kind: 'over-stock',
    besides: ['history'],
    words: /100 coupons and 0 holds of a stock of 99/,
    async seed() {
      await sql('ALTER TABLE coupon_policies DROP CONSTRAINT never_over_stock')
      await sql('UPDATE coupon_policies SET total_quantity = 99 WHERE id = ?', RUSH)
    },
  },
  {
    what: 'a second coupon of the same user',
    kind: 'twice-per-user',
    besides: ['told-otherwise', 'wrong-coupon'],
    words: /has 2 coupons of policy/,
    async seed() {
      await sql('ALTER TABLE coupons DROP CONSTRAINT one_per_user')
      await sql(
        'UPDATE coupons SET user_id = (SELECT user_id FROM coupons WHERE policy_id = ? AND rank = 1) WHERE policy_id = ? AND rank = 2',
        RUSH,
        RUSH,
      )
    },
  },
  {
    what: 'a counter that is wrong',
    kind: 'counter',
    words: /issued is 4, there are 5 coupons/,
    seed: () => sql('UPDATE coupon_policies SET issued = 4 WHERE id = ?', CALM),
  },
  {
    what: 'a held counter without a hold',
    kind: 'counter',
    words: /held is 1, there are 0 holds/,
    seed: () => sql('UPDATE coupon_policies SET held = 1 WHERE id = ?', CALM),
  },
  {
    what: 'a last rank that was given already',
    kind: 'counter',
    words: /last_rank is 4, the highest rank is 5/,
    seed: () => sql('UPDATE coupon_policies SET last_rank = 4 WHERE id = ?', CALM),
  },
  {
    what: 'stock that nobody added',
    kind: 'history',
    words: /is not as row \d+ of policy_history left it/,
    seed: () => sql('UPDATE coupon_policies SET total_quantity = 500 WHERE id = ?', CALM),
  },
  {
    what: 'a restock that is not in the history',
    kind: 'not-due',
    besides: ['history', 'wrong-refusal'],
    words: /has rank 61; the log says COUPON_SOLD_OUT/,
    seed: () => sql("DELETE FROM policy_history WHERE policy_id = ? AND kind = 'restocked'", RUSH),
  },
  {
    what: 'two ranks exchanged',
    kind: 'rank-order',
    besides: ['told-otherwise', 'wrong-coupon'],
    words: /which stands before request .* with rank 10/,
    seed: () => sql('UPDATE coupons SET rank = 21 - rank WHERE policy_id = ? AND rank IN (10, 11)', RUSH),
  },
  {
    what: 'a coupon that was taken away',
    kind: 'passed-over',
    besides: ['counter', 'told-otherwise'],
    words: /was due rank 7; the ledger says ISSUED/,
    seed: () => sql('DELETE FROM coupons WHERE policy_id = ? AND rank = 7', RUSH),
  },
  {
    what: 'a coupon for somebody who came too late',
    kind: 'not-due',
    besides: ['not-told', 'passed-over', 'rank-order', 'told-otherwise', 'two-outcomes'],
    words: /has rank 100; the log says COUPON_SOLD_OUT/,
    async seed() {
      const { requestId, userId, partition, offset } = refused('COUPON_SOLD_OUT')
      await sql(
        'UPDATE coupons SET request_id = ?, user_id = ?, partition = ?, log_offset = ? WHERE policy_id = ? AND rank = 100',
        ...[requestId, userId, partition, offset, RUSH],
      )
    },
  },
  {
    what: 'a coupon that nobody asked for',
    kind: 'not-asked',
    besides: ['not-told', 'passed-over', 'told-otherwise'],
    words: /rank 100 of policy 1 went to request .* which is not there/,
    seed: () => sql('UPDATE coupons SET request_id = ? WHERE policy_id = ? AND rank = 100', uuidv7(), RUSH),
  },
  {
    what: 'a coupon at another place than its request',
    kind: 'wrong-coupon',
    besides: ['told-otherwise'],
    words: /the coupon of request .* has place \d+\/5555/,
    seed: () => sql('UPDATE coupons SET log_offset = 5555 WHERE policy_id = ? AND rank = 100', RUSH),
  },
  {
    what: 'a hold that was never due',
    kind: 'wrong-hold',
    words: /holds rank 6; by the log it holds nothing/,
    async seed() {
      const { value, partition, offset } = place(CALM)
      await sql(
        'INSERT INTO held_requests (request_id, policy_id, user_id, rank, partition, log_offset, held_at) VALUES (?, ?, ?, 6, ?, ?, now())',
        ...[value.requestId, CALM, value.userId, partition, offset],
      )
      await sql('UPDATE coupon_policies SET held = 1, last_rank = 6 WHERE id = ?', CALM)
    },
  },
  {
    what: 'a refusal for another reason',
    kind: 'wrong-refusal',
    besides: ['told-otherwise'],
    words: /COUPON_NOT_OPEN; the log says COUPON_SOLD_OUT/,
    seed: () => sql("UPDATE decided_batches SET outcomes = translate(outcomes, 'S', 'N')"),
  },
  {
    what: 'a remembered refusal for another reason',
    kind: 'wrong-refusal',
    words: /is remembered as COUPON_SOLD_OUT; the log says COUPON_CLOSED/,
    seed: () => sql(`UPDATE rejected_requests SET outcome = 'S' WHERE outcome = 'C'`),
  },
  {
    what: 'a request that was left out',
    kind: 'no-outcome',
    words: /nothing is noted at \d+\/\d+/,
    seed: () => sql(`UPDATE decided_batches SET outcomes = overlay(outcomes PLACING '.' FROM length(outcomes))`),
  },
  {
    what: 'a whole batch that was left out',
    kind: 'no-outcome',
    words: /nothing is noted at \d+\/\d+/,
    seed: () =>
      sql(
        'DELETE FROM decided_batches WHERE (partition, first_offset) IN (SELECT partition, max(first_offset) FROM decided_batches GROUP BY 1)',
      ),
  },
  {
    what: 'a request that has a coupon and a refusal',
    kind: 'two-outcomes',
    words: /has a coupon, and is remembered as refused/,
    seed: () =>
      sql(
        `INSERT INTO rejected_requests SELECT request_id, 'C', now() FROM coupons WHERE policy_id = ? AND rank = 3`,
        CALM,
      ),
  },
  {
    what: 'a request that has a coupon and is noted as refused',
    kind: 'two-outcomes',
    besides: ['not-told'],
    words: /has a coupon, and is noted as COUPON_SOLD_OUT/,
    seed: () => sql("UPDATE decided_batches SET outcomes = 'S' || substr(outcomes, 2) WHERE first_offset = 0"),
  },
  {
    what: 'notes about another request',
    kind: 'other-request',
    besides: ['no-outcome'],
    words: /for a request that ends with 00000000, but there is request/,
    seed: () => sql(`UPDATE decided_batches SET request_marks = overlay(request_marks PLACING '\\x00000000' FROM 1)`),
  },
]
