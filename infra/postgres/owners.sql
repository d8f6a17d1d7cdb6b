-- Generated from infra/local/src/stack.ts by `npm run generate`: change it there. Run once, by the postgres image.
CREATE ROLE operator LOGIN PASSWORD 'operator';
CREATE ROLE order_service LOGIN PASSWORD 'order_service';
CREATE ROLE payment_api LOGIN PASSWORD 'payment_api';
CREATE ROLE coupon_worker LOGIN PASSWORD 'coupon_worker';
CREATE ROLE data_platform_sink LOGIN PASSWORD 'data_platform_sink';
CREATE ROLE registry LOGIN PASSWORD 'registry';
GRANT pg_read_all_data TO operator;

CREATE DATABASE orders OWNER order_service;
REVOKE CONNECT, TEMPORARY ON DATABASE orders FROM PUBLIC;
GRANT CONNECT ON DATABASE orders TO operator;

CREATE DATABASE payment OWNER payment_api;
REVOKE CONNECT, TEMPORARY ON DATABASE payment FROM PUBLIC;
GRANT CONNECT ON DATABASE payment TO operator;

CREATE DATABASE coupon OWNER coupon_worker;
REVOKE CONNECT, TEMPORARY ON DATABASE coupon FROM PUBLIC;
GRANT CONNECT ON DATABASE coupon TO operator;

CREATE DATABASE data_platform OWNER data_platform_sink;
REVOKE CONNECT, TEMPORARY ON DATABASE data_platform FROM PUBLIC;
GRANT CONNECT ON DATABASE data_platform TO operator;

CREATE DATABASE registry OWNER registry;
REVOKE CONNECT, TEMPORARY ON DATABASE registry FROM PUBLIC;
GRANT CONNECT ON DATABASE registry TO operator;
