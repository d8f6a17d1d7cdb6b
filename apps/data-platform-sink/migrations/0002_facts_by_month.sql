-- Facts lie in partitions by the month (UTC) in which their order was confirmed: a query about a span of time reads the
-- months of that span, and a month is given up by dropping its partition. An order is confirmed once, at one time, so the
-- time may be part of the key; Postgres could not keep an order from standing in two partitions by its id alone.
--
-- Moves what was stored so far, in one transaction, while nobody can read or write the tables. Statements of the sink as it
-- was before do not fit these tables (on conflict asks for another key): stop it first. Orders and payments go on without it.
create schema flat;
alter table order_facts set schema flat;
alter table order_item_facts set schema flat;

create table order_facts (
  order_id      uuid        not null,
  user_id       bigint      not null,
  payment_id    uuid        not null,
  total_amount  bigint      not null check (total_amount >= 0), -- minor units of the currency
  placed_at     timestamptz not null,
  confirmed_at  timestamptz not null,
  event_id      uuid        not null,
  log_partition integer     not null,           -- of the topic order-confirmed
  log_offset    bigint      not null,
  stored_at     timestamptz not null default now(),
  primary key (order_id, confirmed_at)
) partition by range (confirmed_at);

create index order_facts_confirmed_at on order_facts (confirmed_at);

-- No foreign key to the order: both are written by one statement and by nothing else, and the key would cost every item a
-- search among partitions and every new month a lock on all of them.
create table order_item_facts (
  order_id     uuid        not null,
  line         integer     not null,            -- place in the order, from 1
  product_id   bigint      not null,
  quantity     integer     not null check (quantity > 0),
  unit_price   bigint      not null check (unit_price >= 0), -- minor units of the currency
  confirmed_at timestamptz not null,            -- of the order
  primary key (order_id, line, confirmed_at)
) partition by range (confirmed_at);

create index order_item_facts_product_id on order_item_facts (product_id);
-- Items come nearly in the order of time: a day of them is found by what each range of blocks holds, at next to no cost.
create index order_item_facts_confirmed_at on order_item_facts using brin (confirmed_at) with (autosummarize = on);

-- Times that no partition is made for (a clock gone wrong), or whose partition is not there yet.
create table order_facts_other partition of order_facts default;
create table order_item_facts_other partition of order_item_facts default;

-- Makes the partitions of a month and moves in what lies in the default ones for it; false where they are there already.
-- Attaching them, rather than creating them as partitions, keeps nobody from reading and writing the other months. What it
-- waits for longer than its timeout it leaves to the next try.
create function add_facts_month(month date) returns boolean language plpgsql set lock_timeout = '5s' as $$
declare
  low    timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
  high   timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
  suffix text := to_char(month, 'YYYY_MM');
  facts  text;
begin
  -- Replicas that come upon the month at the same moment: one makes it, the others wait for it.
  perform pg_advisory_xact_lock(4711002);
  if to_regclass('order_facts_' || suffix) is not null then
    return false;
  end if;
  lock table order_facts_other, order_item_facts_other in access exclusive mode;
  foreach facts in array array['order_facts', 'order_item_facts'] loop
    execute format('create table %I (like %I including all)', facts || '_' || suffix, facts);
    execute format(
      'with moved as (delete from %I where confirmed_at >= $1 and confirmed_at < $2 returning *)
       insert into %I select * from moved', facts || '_other', facts || '_' || suffix) using low, high;
    execute format(
      'alter table %I attach partition %I for values from (%L) to (%L)', facts, facts || '_' || suffix, low, high);
  end loop;
  return true;
end $$;

select add_facts_month(month)
from (
  select distinct date_trunc('month', confirmed_at at time zone 'UTC')::date as month from flat.order_facts
) as stored
where month >= '2020-01-01' and month < date_trunc('year', now() at time zone 'UTC') + interval '2 years';

insert into order_facts select * from flat.order_facts;
insert into order_item_facts
select item.*, fact.confirmed_at from flat.order_item_facts as item join flat.order_facts as fact using (order_id);

drop table flat.order_item_facts;
drop table flat.order_facts;
-- Not with cascade: a view that somebody made of the old tables stops this migration rather than vanishing.
drop schema flat;
