-- Events on their way to Kafka, written in the transaction that caused them. Column names are those of Debezium's
-- outbox event router, so that it can take over from the relay without a migration.
create table outbox (
  id            uuid primary key,                       -- the event id (ce_id): published again under the same id after a crash
  seq           bigint generated always as identity,    -- insert order; NOT commit order, so never a high-water mark
  aggregatetype text        not null,                   -- the topic, without the prefix of the cluster
  aggregateid   text        not null,                   -- the record key: order is kept per topic and key
  type          text        not null,                   -- ce_type
  payload       bytea       not null,                   -- the encoded value, contract already checked
  headers       jsonb       not null,                   -- the envelope: all record headers
  created_at    timestamptz not null default clock_timestamp(),
  attempts      integer     not null default 0,         -- failed tries to publish
  last_error    text,
  parked_at     timestamptz                             -- Kafka refuses this row for good; clear it to try again
);

-- A published row is deleted, so what the relay looks for is what the table holds, in this order.
create index outbox_pending on outbox (seq) where parked_at is null;

-- A queue table turns over completely many times an hour: vacuum by count of dead rows, not by share of live ones.
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- Events already taken. A row is written in the transaction of the handler's work, so both exist or neither does.
create table inbox (
  event_id    text        primary key,
  received_at timestamptz not null default clock_timestamp()
);

-- Rows arrive in time order, which is what a block range index needs; it costs nearly nothing per insert.
create index inbox_received on inbox using brin (received_at) with (autosummarize = on);
