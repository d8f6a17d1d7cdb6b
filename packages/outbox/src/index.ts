export { type InTransaction, inbox } from './inbox.ts'
export { outboxMigrations } from './migrations.ts'
export { createOutbox, type Entries, type Entry, type Outbox, type OutboxInTransaction } from './outbox.ts'
export { type Relay, type RelayDependencies, startRelay } from './relay.ts'
