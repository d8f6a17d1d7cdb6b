-- A coupon policy is one promotion: a stock of coupons and the time in which they can be had.
CREATE TABLE coupon_policies (
  id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name           text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  total_quantity bigint      NOT NULL CHECK (total_quantity >= 1),
  issued         bigint      NOT NULL DEFAULT 0 CHECK (issued >= 0),
  opens_at       timestamptz,
  closes_at      timestamptz,
  ordering       text        NOT NULL DEFAULT 'strict' CHECK (ordering IN ('strict', 'relaxed')),
  -- Moves with every change of the row. A batch is written only if the versions it decided upon are still there,
  -- so that a decision never rests on a stock that somebody else has touched in between.
  version        bigint      NOT NULL DEFAULT 0,
  created_at     timestamptz NOT NULL,
  changed_at     timestamptz NOT NULL,
  CHECK (closes_at > opens_at),
  -- The last guard of "never more than the stock": a bug in the decision ends here, not at a customer.
  CONSTRAINT never_over_stock CHECK (issued <= total_quantity)
);
