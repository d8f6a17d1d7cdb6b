-- A request of a `strict` policy that failed and is tried again holds its place: one unit of the stock, and its rank.
-- Ranks therefore have a counter of their own: a hold that comes to nothing leaves a gap, because the ranks of those
-- behind it are known by then.
ALTER TABLE coupon_policies
  ADD COLUMN held      bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  ADD COLUMN last_rank bigint NOT NULL DEFAULT 0;
UPDATE coupon_policies SET last_rank = issued;
ALTER TABLE coupon_policies
  DROP CONSTRAINT never_over_stock,
  ADD CONSTRAINT never_over_stock CHECK (issued + held <= total_quantity);

CREATE TABLE held_requests (
  request_id uuid        PRIMARY KEY,
  policy_id  bigint      NOT NULL,
  user_id    bigint      NOT NULL,
  rank       bigint      NOT NULL CHECK (rank >= 1),
  partition  integer     NOT NULL,
  log_offset bigint      NOT NULL,
  held_at    timestamptz NOT NULL,
  CONSTRAINT one_hold_per_user UNIQUE (policy_id, user_id)
);

-- What bore upon a policy's decisions without being in the log at that place; an audit needs it to decide everything again.
CREATE TABLE policy_history (
  id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  policy_id      bigint      NOT NULL,
  -- created, restocked, closed: by an administrator; the columns below are the state from then on.
  -- hold-ended: the hold of `request_id`, which began at that request's own place, is no more, and nothing was issued on it.
  -- decided-late: `request_id` was decided here, not at its own place, where it had failed without a hold.
  kind           text        NOT NULL CHECK (kind IN ('created', 'restocked', 'closed', 'hold-ended', 'decided-late')),
  request_id     uuid        CHECK ((request_id IS NULL) = (kind IN ('created', 'restocked', 'closed'))),
  total_quantity bigint      NOT NULL,
  opens_at       timestamptz,
  closes_at      timestamptz,
  -- From where in the log it holds: {"<partition>": offset of the first request that was decided after it}. A partition that
  -- is not named had not been decided from at all.
  places         jsonb       NOT NULL,
  at             timestamptz NOT NULL
);
CREATE INDEX policy_history_by_policy ON policy_history (policy_id, id);
CREATE INDEX policy_history_by_request ON policy_history (request_id) WHERE request_id IS NOT NULL;

INSERT INTO policy_history (policy_id, kind, total_quantity, opens_at, closes_at, places, at)
SELECT id, 'created', total_quantity, opens_at, closes_at, '{}', created_at FROM coupon_policies ORDER BY id;

-- A policy may be closed before it ever opened.
ALTER TABLE coupon_policies DROP CONSTRAINT coupon_policies_check;
