-- One row per coupon that somebody owns. The hottest insert of the system, so it carries two indexes and no more:
-- no foreign key (a check per row; policies are never deleted) and no index on coupon_id (made fresh for every row,
-- one to one with request_id, and nothing looks a coupon up by it here).
CREATE TABLE coupons (
  policy_id  bigint      NOT NULL,
  user_id    bigint      NOT NULL,
  request_id uuid        NOT NULL,
  coupon_id  uuid        NOT NULL,
  -- Place among the winners of the policy, 1 for the first, in the order of the log: (partition, log_offset).
  rank       bigint      NOT NULL CHECK (rank >= 1),
  partition  integer     NOT NULL,
  log_offset bigint      NOT NULL,
  issued_at  timestamptz NOT NULL,
  CONSTRAINT one_per_user UNIQUE (policy_id, user_id),
  CONSTRAINT one_per_request UNIQUE (request_id)
);

-- How far each partition of the log is decided. The position means something in one cluster only, hence its id.
CREATE TABLE partition_progress (
  topic       text        NOT NULL,
  partition   integer     NOT NULL,
  cluster_id  text        NOT NULL,
  next_offset bigint      NOT NULL,
  updated_at  timestamptz NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- What was decided, one row per batch, so that a redelivered message gets its very outcome again, rejections included.
CREATE TABLE decided_batches (
  topic         text        NOT NULL,
  partition     integer     NOT NULL,
  first_offset  bigint      NOT NULL,
  next_offset   bigint      NOT NULL,
  -- One letter per offset from first_offset on: I issued, A already issued, S sold out, N not open, C closed,
  -- P no such policy, F given up (dead letter), '.' no decision was made at this offset.
  outcomes      text        NOT NULL,
  -- Four bytes per offset, the end of the request's id: proof that the log still holds the request that was decided.
  request_marks bytea       NOT NULL,
  decided_at    timestamptz NOT NULL,
  PRIMARY KEY (topic, partition, first_offset)
);
ALTER TABLE decided_batches ALTER COLUMN request_marks SET STORAGE EXTERNAL;
CREATE INDEX decided_batches_by_age ON decided_batches (decided_at);

-- Rejections that a second copy of the same request could contradict, because they depend on the copy's own accept time
-- or on policies made since. Sold out and already issued need no memory: they stay true.
CREATE TABLE rejected_requests (
  request_id uuid        PRIMARY KEY,
  outcome    "char"      NOT NULL,
  decided_at timestamptz NOT NULL
);
CREATE INDEX rejected_requests_by_age ON rejected_requests (decided_at);
