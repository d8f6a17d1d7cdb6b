import { join } from 'node:path'
import { type Child, runToEnd, said, spawnChild } from './child.ts'

const root = join(import.meta.dirname, '../..')

/** What runs: the bundle, as in production, or its source, which needs no build. */
export type From = 'dist' | 'src'
export type AppName =
  | 'coupon-worker'
  | 'coupon-api'
  | 'order-service'
  | 'payment-api'
  | 'data-platform-sink'
  | 'ranking-service'

export interface Service extends Child {
  url: string
}

/** Bundles the services; those whose sources have not changed since are skipped. */
export async function buildServices(names: AppName[]): Promise<void> {
  const filters = names.map((name) => `--filter=${name}`)
  const command = ['turbo', 'run', 'build', ...filters, '--output-logs=errors-only']
  await runToEnd([process.execPath, join(root, 'infra/local/bootstrap.mjs'), ...command], {}, root)
}

const entry = (app: AppName, from: From, name: 'main' | 'migrate') =>
  join(root, 'apps', app, from, `${name}.${from === 'dist' ? 'js' : 'ts'}`)

/** A service as it runs anywhere: its own process, on a free port. */
export function spawnService(app: AppName, from: From, env: Record<string, string>, nodeArgs: string[] = []): Child {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', ...nodeArgs, entry(app, from, 'main')]
  return spawnChild(command, { LOG_LEVEL: 'info', HOST: '127.0.0.1', PORT: '0', ...env })
}

/** The same; resolves once it is ready. */
export async function startService(...service: Parameters<typeof spawnService>): Promise<Service> {
  const child = spawnService(...service)
  const [, port] = await said(child, /"port":(\d+).*"msg":"ready"/)
  return { ...child, url: `http://127.0.0.1:${port}` }
}

/** Resolves once its consumer has joined its group: then it works. */
export async function joined(service: Child): Promise<void> {
  await said(service, /"msg":"Joined the group"/)
}

/** A service's database as it expects it. */
export const migrate = (app: AppName, from: From, databaseUrl: string): Promise<void> =>
  runToEnd([process.execPath, entry(app, from, 'migrate')], { DATABASE_URL: databaseUrl })
