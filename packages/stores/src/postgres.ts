export { connectDatabase, type Database, type Transaction } from './postgres/database.ts'
export { migrate } from './postgres/migrate.ts'
export { isPostgresOutage } from './postgres/outage.ts'
export { type PostgresConfig, postgresSettings } from './postgres/settings.ts'
