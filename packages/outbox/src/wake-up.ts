import { EventEmitter } from 'node:events'
import type { Knex } from 'knex'

/**
 * Commits that left events behind, heard by the relays of this process.
 *
 * Why not `NOTIFY` from a trigger: a transaction that has notified takes one lock shared by all databases of the server
 * and holds it through its commit, flush to disk included. Commits then stand in line one by one and group commit is
 * lost: with 32 connections on 2 cores, a third to two thirds of the commits a second were left. Here the commit stays
 * free. The relay that hears of it reads at once if it is the active one, and otherwise notifies that one, many commits
 * in one notification.
 */
const commits = new EventEmitter().setMaxListeners(0)

/** Wakes the relays of this process: something has been committed. */
export const wakeRelays = () => void commits.emit('commit')

/** Wakes the relays of this process once `trx` has committed. Of a savepoint only the release is seen: polling finds its rows. */
export function wakeRelaysAfter(trx: Knex.Transaction): void {
  trx.executionPromise.then(
    wakeRelays,
    () => {}, // rolled back: there is nothing to publish, and the caller has the error
  )
}

/** Calls `listener` after each commit that added events; returns the function that ends this. */
export function onCommit(listener: () => void): () => void {
  commits.on('commit', listener)
  return () => commits.off('commit', listener)
}
