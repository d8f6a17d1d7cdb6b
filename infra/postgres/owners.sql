-- Generated from infra/local/src/generate/owners.ts by `npm run generate`: change it there. Run once, by psql in the postgres
-- image; the passwords come from its environment.

\getenv operator OPERATOR_PASSWORD
CREATE ROLE operator LOGIN PASSWORD :'operator';

\getenv order_service ORDER_SERVICE_PASSWORD
CREATE ROLE order_service LOGIN PASSWORD :'order_service';

\getenv payment_api PAYMENT_API_PASSWORD
CREATE ROLE payment_api LOGIN PASSWORD :'payment_api';

\getenv coupon_worker COUPON_WORKER_PASSWORD
CREATE ROLE coupon_worker LOGIN PASSWORD :'coupon_worker';

\getenv data_platform_sink DATA_PLATFORM_SINK_PASSWORD
CREATE ROLE data_platform_sink LOGIN PASSWORD :'data_platform_sink';

\getenv registry REGISTRY_PASSWORD
CREATE ROLE registry LOGIN PASSWORD :'registry';

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
