import { readConfig } from '@firstcome/service'
import { connectDatabase } from '@firstcome/stores/postgres'
import { settings } from '../config.ts'
import { forgetPositions, positions } from '../ledger/positions.ts'

/**
 * Run with DATABASE_URL while no worker runs, after Kafka was reset or replaced on purpose: shows the stored positions and,
 * with `--yes`, forgets them, so that the present log is decided from where the consumer group stands.
 */
const accept = process.argv.includes('--yes')
const db = connectDatabase(readConfig({ database: settings.database }).database)
try {
  const stored = await positions(db)
  for (const { topic, partition, clusterId, nextOffset } of stored) {
    console.log(`${topic}/${partition}: decided up to offset ${nextOffset} of cluster ${clusterId}`)
  }
  if (stored.length === 0) console.log('No positions are stored: any log will be accepted.')
  else if (accept) {
    await forgetPositions(db)
    console.log(
      'Forgotten. Coupons issued so far stay issued; the present log will be decided from where the group stands.',
    )
  } else {
    console.log('Nothing changed. To forget these positions, stop every coupon-worker and run this again with --yes.')
  }
} finally {
  await db.close()
}
