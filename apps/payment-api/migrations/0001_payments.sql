-- What may be paid, as order-placed said it: the amount of a payment comes from here, never from the client.
create table payable_orders (
  order_id   uuid        primary key,
  user_id    bigint      not null,
  amount     bigint      not null,      -- minor units of the currency
  placed_at  timestamptz not null,
  closed_at  timestamptz                -- the order was rejected: nothing may be paid any more
);

create table payments (
  payment_id    uuid        primary key,
  order_id      uuid        not null references payable_orders,
  user_id       bigint      not null,
  amount        bigint      not null,
  method        text        not null,
  -- PENDING    claimed; the provider's answer is not known (yet)
  -- COMPLETED  the provider took the money
  -- DECLINED   it did not, and never will for this payment
  -- REFUNDING  the order was rejected; the provider is to give the money back
  -- REFUNDED   it did
  status        text        not null check (status in ('PENDING', 'COMPLETED', 'DECLINED', 'REFUNDING', 'REFUNDED')),
  created_at    timestamptz not null default now(),
  settled_at    timestamptz,            -- COMPLETED or DECLINED since
  refunded_at   timestamptz,
  -- While the provider owes an answer (PENDING, REFUNDING): when to ask it next, and how often it was asked.
  ask_at        timestamptz,
  asked         integer     not null default 0,
  check ((status in ('PENDING', 'REFUNDING')) = (ask_at is not null))
);

-- The claim on an order, and the last guard against paying twice: a declined payment frees the order, no other does.
create unique index one_payment_per_order on payments (order_id) where status <> 'DECLINED';

create index payments_to_ask_about on payments (ask_at) where ask_at is not null;

create table idempotency_keys (
  user_id      bigint      not null,
  route        text        not null,
  key          text        not null,
  fingerprint  bytea       not null,    -- SHA-256 of the request's body as it was understood
  subject_id   uuid        not null,    -- the payment that the first try was to make; every later try resumes it
  owner        uuid        not null,    -- the try that holds the lease
  leased_until timestamptz not null,
  answer       jsonb,                   -- null until the request has its final answer
  expires_at   timestamptz not null,
  primary key (user_id, route, key)
);

create index idempotency_keys_expired on idempotency_keys (expires_at);
