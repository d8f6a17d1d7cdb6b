-- The price list. Amounts everywhere are integer minor units of the currency, and fit a JavaScript number.
create table products (
  id    bigint primary key check (id between 1 and 9007199254740991),
  name  text   not null,
  price bigint not null check (price between 0 and 9007199254740991)
);

create table orders (
  id           uuid           primary key,   -- UUIDv7: new rows go to the right edge of the index
  user_id      bigint         not null,
  status       text           not null check (status in ('PENDING_PAYMENT', 'CONFIRMED', 'REJECTED')),
  total_amount bigint         not null check (total_amount between 0 and 9007199254740991),
  placed_at    timestamptz(3) not null,
  payment_id   uuid,                         -- the payment that confirmed it
  settled_at   timestamptz(3),               -- when it was confirmed or rejected
  rejection    text,                         -- why it was rejected: OrderRejectionReason of the contract
  check ((status = 'PENDING_PAYMENT') = (settled_at is null)),
  check ((status = 'CONFIRMED') = (payment_id is not null)),
  check ((status = 'REJECTED') = (rejection is not null))
);

create table order_items (
  order_id   uuid    not null references orders (id),
  product_id bigint  not null,               -- no reference: the price list may forget a product, an order may not
  quantity   integer not null check (quantity > 0),
  unit_price bigint  not null,
  primary key (order_id, product_id)
);

-- Payments that went back to the customer: for an order that could not be confirmed, or was paid already.
create table refunds (
  payment_id  uuid           primary key,
  order_id    uuid           not null,       -- no reference: money also goes back for an order nobody placed
  amount      bigint         not null,
  refunded_at timestamptz(3) not null
);
create index refunds_order on refunds (order_id);
