/** Waits for `work`, but no longer than `ms`. Never rejects: a failure is an outcome like the others. */
export async function within(ms: number, work: Promise<unknown>): Promise<'done' | 'timeout' | { error: unknown }> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, ms), 'timeout')
  })
  const done = work.then(
    () => 'done' as const,
    (error: unknown) => ({ error }),
  )
  try {
    return await Promise.race([done, timeout])
  } finally {
    clearTimeout(timer)
  }
}
