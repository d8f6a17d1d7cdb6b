-- Facts are written by nobody else and never changed by hand: a row says which event it came from and where that event
-- stands in the log, so that any row can be traced back and the tables can be compared with the topic.
create table order_facts (
  order_id      uuid        primary key,
  user_id       bigint      not null,
  payment_id    uuid        not null,
  total_amount  bigint      not null check (total_amount >= 0), -- minor units of the currency
  placed_at     timestamptz not null,
  confirmed_at  timestamptz not null,
  event_id      uuid        not null,
  log_partition integer     not null,           -- of the topic order-confirmed
  log_offset    bigint      not null,
  stored_at     timestamptz not null default now()
);

create index order_facts_confirmed_at on order_facts (confirmed_at);

create table order_item_facts (
  order_id   uuid    not null references order_facts,
  line       integer not null,                  -- place in the order, from 1
  product_id bigint  not null,
  quantity   integer not null check (quantity > 0),
  unit_price bigint  not null check (unit_price >= 0), -- minor units of the currency
  primary key (order_id, line)
);

create index order_item_facts_product_id on order_item_facts (product_id);
