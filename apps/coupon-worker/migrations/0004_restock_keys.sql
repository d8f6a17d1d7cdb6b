-- Restocks that came with an Idempotency-Key: an administrator whose answer got lost repeats the request, and adds nothing twice.
-- Kept for good, as policy_history is: they are as many as administrators make calls.
CREATE TABLE restock_keys (
  admin_id  bigint      NOT NULL,
  key       text        NOT NULL,
  policy_id bigint      NOT NULL,
  added     bigint      NOT NULL,
  -- Null only inside the transaction that restocks: nobody else ever sees a key without its answer.
  answer    jsonb,
  at        timestamptz NOT NULL,
  PRIMARY KEY (admin_id, key)
);
