const open = new Set<() => Promise<unknown>>()

/**
 * Has something ended at the latest when the run ends, fails or is interrupted. Returns what ends it now, which may be called
 * more than once.
 */
export function atEnd(end: () => Promise<unknown>): () => Promise<void> {
  open.add(end)
  return async () => {
    if (open.delete(end)) await end()
  }
}

/** Ends what is still open, what began last first; one that fails does not keep the others. */
export async function endAll(): Promise<void> {
  for (const end of [...open].reverse()) {
    if (!open.delete(end)) continue
    await end().catch((error: Error) => console.error(`could not be ended: ${error.message}`))
  }
}
