import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stack } from '@firstcome/local'
import { beforeAll, expect, test } from 'vitest'
import { processesOf } from './replicas.ts'
import { services } from './system.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/operations.md'), 'utf8')
/** What stands in code font in the first column of a table and looks like a metric. */
const named = [...page.matchAll(/^\| (`[a-z_`, ]+`) \|/gm)].flatMap(
  ([, cell]) => cell!.match(/[a-z]+(_[a-z]+)+/g) ?? [],
)
const own = (service: (typeof services)[number], path: string) =>
  fetch(`http://127.0.0.1:${processesOf(service)[0]?.port}${path}`)

let metrics: string
beforeAll(async () => {
  metrics = (await Promise.all(services.map(async (one) => (await own(one, '/metrics')).text()))).join('\n')
})

test('the operations page names metrics', () => {
  expect(named.length).toBeGreaterThan(10)
})

test.each(named)('%s of the operations page is a metric of some service', (name) => {
  expect(metrics).toMatch(new RegExp(`^# TYPE ${name} `, 'm'))
})

test.each(services)('%s is live and ready on its own port', async (service) => {
  expect(await (await own(service, '/health/live')).json()).toMatchObject({ status: 'live', service })
  expect((await own(service, '/health/ready')).status).toBe(200)
})

test.each(['/health/ready', '/metrics'])('%s is not reachable through the gateway', async (path) => {
  expect((await fetch(stack('test').gatewayUrl + path)).status).toBe(404)
})

test('npm run dlt reads the dead letters of this system', async () => {
  const dlt = (...args: string[]) =>
    promisify(execFile)('npm', ['run', '-s', 'dlt', '--', ...args, '--test'], { cwd: join(import.meta.dirname, '..') })

  const { stdout } = await dlt('list', '--each', '--json')
  expect(JSON.parse(stdout)).toBeInstanceOf(Array)
  const nowhere = 'order-confirmed.ranking-service.dlt/0/999999'
  await expect(dlt('show', nowhere)).rejects.toMatchObject({ code: 3, stderr: expect.stringContaining(nowhere) })
})
