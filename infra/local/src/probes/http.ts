/** Any answer below 400 counts. Leaves no connection open: a process that is replaced waits for those that it has. */
export async function httpAnswers(url: string): Promise<void> {
  const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(2_000) })
  const body = await response.text()
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${body.slice(0, 300)}`)
}
