import { waitFor } from '@firstcome/testing'

/** How many records each topic of the test stack ever got, retry and dead-letter topics included. */
export async function recordCounts(): Promise<Record<string, number>> {
  throw new Error('later')
}

/** The counts once two readings agree: what earlier tests set in motion has arrived. */
export async function quietTopics(): Promise<Record<string, number>> {
  let last = ''
  return waitFor('the topics to be quiet', async () => {
    const counts = await recordCounts()
    const now = JSON.stringify(counts)
    const quiet = now === last
    last = now
    return quiet && counts
  })
}
