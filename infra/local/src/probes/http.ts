/** Any answer below 400 counts. */
export async function httpAnswers(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
  const body = await response.text()
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${body.slice(0, 300)}`)
}
