-- A user's own orders, newest first: ids are UUIDv7 and grow with the time.
create index orders_user on orders (user_id, id desc);

-- Those that still wait for their payment, oldest first: few, whatever the number of orders.
create index orders_pending on orders (placed_at) where status = 'PENDING_PAYMENT';
