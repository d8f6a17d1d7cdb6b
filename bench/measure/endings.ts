const open = new Set<() => Promise<unknown>>()
let ending = false

/**
 * Has something ended at the latest when the run ends, fails or is interrupted; to be said before it begins. Returns what ends
 * it now, which may be called more than once. @throws while everything is being ended: nothing new begins then.
 */
export function atEnd(end: () => Promise<unknown>): () => Promise<void> {
  if (ending) throw new Error('the run is being ended')
  open.add(end)
  return async () => {
    if (open.delete(end)) await end()
  }
}

/** Ends what is still open, what began last first; one that fails does not keep the others. */
export async function endAll(): Promise<void> {
  ending = true
  for (const end of [...open].reverse()) {
    if (!open.delete(end)) continue
    await end().catch((error: Error) => console.error(`could not be ended: ${error.message}`))
  }
  ending = false
}
