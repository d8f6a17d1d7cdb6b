import { freePort, waitFor } from '@firstcome/testing'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { SECRET, webhook } from '../../test/webhook.ts'
import { createMetrics } from '../metrics.ts'
import { createNotifier } from './notify.ts'

function notifier(url: string | undefined, { intervalMs = 200, timeoutMs = 5000 } = {}) {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const registry = new Registry()
  const notifier = createNotifier({ url, intervalMs, timeoutMs, log, metrics: createMetrics(registry) })
  onTestFinished(() => notifier.close())
  const counted = async (result: string) => {
    const line = new RegExp(`kafka_dead_letter_notifications_total\\{result="${result}"\\} (\\d+)`)
    return Number(line.exec(await registry.metrics())?.[1] ?? 0)
  }
  return { ...notifier, lines, counted }
}

let offset = 0
const letter = (code = 'HANDLER_FAILED', group = 'coupon-worker') => ({
  group,
  topic: 'coupon-issue',
  code,
  place: `coupon-issue.${group}.dlt/0/${offset++}`,
})

test('the first dead letter is told at once, those that follow it in one notice, later ones again', async () => {
  const hook = await webhook()
  const { tell, counted, lines } = notifier(hook.url)
  offset = 0

  tell(letter())
  tell(letter())
  tell(letter('VALUE_MISSING', 'ranking-service'))
  tell(letter())
  await waitFor('two notices', () => hook.texts.length === 2)

  expect(hook.texts).toEqual([
    '1 dead letter\n' +
      '• 1 × coupon-worker, coupon-issue: HANDLER_FAILED, for example coupon-issue.coupon-worker.dlt/0/0\n' +
      'Look further: pnpm dlt list',
    '3 dead letters\n' +
      '• 2 × coupon-worker, coupon-issue: HANDLER_FAILED, for example coupon-issue.coupon-worker.dlt/0/1\n' +
      '• 1 × ranking-service, coupon-issue: VALUE_MISSING, for example coupon-issue.ranking-service.dlt/0/2\n' +
      'Look further: pnpm dlt list',
  ])
  tell(letter('LATER'))
  await waitFor('the third notice', () => hook.texts[2]?.includes('LATER'))
  // It is counted when the answer has come.
  await waitFor('its count', async () => (await counted('delivered')) === 3)
  expect(lines).toEqual([])
})

test('what follows the first is not told before the interval has passed, unless the service stops', async () => {
  const hook = await webhook()
  const { tell, close } = notifier(hook.url, { intervalMs: 3_600_000 })

  tell(letter())
  await waitFor('the first notice', () => hook.texts.length === 1)
  for (let i = 0; i < 5; i++) tell(letter())
  await close()

  expect(hook.texts.map((one) => one.split('\n')[0])).toEqual(['1 dead letter', '5 dead letters'])
})

test('what a failing webhook did not take is told with the next notice; each failure is one warning', async () => {
  const hook = await webhook({ status: 500 })
  const { tell, counted, lines } = notifier(hook.url)

  tell(letter('FIRST'))
  tell(letter('SECOND'))
  await waitFor('a warning', () => lines.length > 0)
  hook.status = 204
  await waitFor('a delivery', async () => (await counted('delivered')) === 1)

  expect(hook.texts.at(-1)).toMatch(/^2 dead letters\n• 1 × .* FIRST, .*\n• 1 × .* SECOND, /)
  expect(lines).toHaveLength(await counted('failed'))
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 40, problem: 'status 500', letters: 1 })
})

test('a webhook that is not there yet is told once it is, and its URL is never logged', async () => {
  const port = await freePort()
  const { tell, lines } = notifier(`http://127.0.0.1:${port}${SECRET}`)

  tell(letter())
  await waitFor('a warning', () => lines.length > 0)
  const hook = await webhook({ port })
  await waitFor('the notice', () => hook.texts.length > 0)

  expect(hook.texts[0]).toMatch(/^1 dead letter\n/)
  expect(JSON.parse(lines[0]!)).toMatchObject({ problem: 'ECONNREFUSED' })
  expect(lines.join()).not.toContain('secret')
})

test('a webhook that does not answer costs no memory: letters are counted, however many kinds there are', async () => {
  const hook = await webhook({ status: 'never' })
  const { tell, lines } = notifier(hook.url, { timeoutMs: 100 })

  for (let i = 0; i < 10_000; i++) tell(letter(`CODE_${i % 1000}<!channel>${'x'.repeat(1000)}`))
  await waitFor('the time to be up', () => lines.some((line) => line.includes('TimeoutError')))
  hook.status = 200
  await waitFor('all of them', () => hook.texts.at(-1)?.startsWith('10000 dead letters\n'))

  const told = hook.texts.at(-1)!
  expect(told.split('\n')).toHaveLength(23)
  const counts = [...told.matchAll(/^• (\d+) × /gm)].map(([, count]) => Number(count))
  expect(counts.reduce((sum, count) => sum + count)).toBe(10_000)
  expect(told.length).toBeLessThan(10_000)
  expect(told).not.toContain('<')
})

test('a webhook that does not answer does not hold a stopping service up', { timeout: 20_000 }, async () => {
  const hook = await webhook({ status: 'never' })
  const { tell, close, lines } = notifier(hook.url, { timeoutMs: 3_600_000 })

  tell(letter())
  tell(letter())
  await close()

  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ problem: 'AbortError', letters: 2 })
})

test('a redirection is not followed: what the URL holds is for its host alone', async () => {
  const elsewhere = await webhook()
  const hook = await webhook({ status: 307 })
  hook.location = elsewhere.url
  const { tell, lines } = notifier(hook.url)

  tell(letter())
  await waitFor('a warning', () => lines.some((line) => line.includes('status 307')))

  expect(elsewhere.texts).toEqual([])
})

test('without a URL nobody is told', async () => {
  const { tell, close, counted, lines } = notifier(undefined)

  tell(letter())
  await close()

  expect([await counted('delivered'), await counted('failed'), lines]).toEqual([0, 0, []])
})
