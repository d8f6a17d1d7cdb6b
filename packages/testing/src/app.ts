import { freePort } from '@firstcome/local'
import { type Child, type Exit, runNode } from './child.ts'
import { testStack } from './stack.ts'
import { waitFor } from './wait-for.ts'

export interface TestApp {
  url: string
  pid: number
  /** Sends the signal (SIGTERM) and resolves once the process has ended, to how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Exit>
  /** As a crash: SIGKILL, nothing is closed. */
  kill(): Promise<Exit>
  output(): string
  /** Log lines of the app, parsed; what is no JSON is left out. */
  logs(): Record<string, unknown>[]
  ended: Promise<Exit>
}

export interface StartOptions {
  /** What to wait for: a path that must answer 200, or nothing at all. Default `/health/ready`. */
  until?: string | false
  timeoutMs?: number
}

/**
 * Runs an app's `main.ts` as a process of its own on a free port, against the test stack, and waits until it is ready.
 * `env` adds to and overrides what the stack gives. The process is ended after the test file, whatever the tests did.
 */
export async function startApp(
  main: string,
  env: Record<string, string | undefined> = {},
  { until = '/health/ready', timeoutMs = 60_000 }: StartOptions = {},
): Promise<TestApp> {
  const port = env.PORT ?? String(await freePort())
  const child = runNode(main, { ...stackEnv(), PORT: port, HOST: '127.0.0.1', ...env })
  const url = `http://127.0.0.1:${port}`
  if (until !== false) await ready(child, `${url}${until}`, timeoutMs)

  return {
    url,
    pid: child.pid,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return child.ended
    },
    kill() {
      child.kill('SIGKILL')
      return child.ended
    },
    output: child.output,
    logs: () => child.output().split('\n').flatMap(parseLine),
    ended: child.ended,
  }
}

function stackEnv(): Record<string, string> {
  const stack = testStack()
  return {
    LOG_LEVEL: 'info',
    KAFKA_BROKERS: stack.brokers,
    SCHEMA_REGISTRY_URL: stack.registryReaderUrl,
    REDIS_URL: stack.redisUrl,
    JWT_JWKS: stack.jwks,
    JWT_ISSUER: 'firstcome',
    JWT_AUDIENCE: 'firstcome',
    // Whatever a test makes a service answer is held to what the service says of itself.
    HTTP_CHECK_ANSWERS: 'true',
  }
}

async function ready(child: Child, url: string, timeoutMs: number): Promise<void> {
  const state = await waitFor(
    `200 from ${url}`,
    async () => {
      if (child.exit() !== undefined) return 'ended'
      const response = await fetch(url)
      if (response.ok) return 'ready'
      throw new Error(`${response.status} ${await response.text()}`)
    },
    { timeoutMs },
  ).catch((error: Error) => {
    child.kill()
    throw new Error(`${error.message}\n${child.output()}`)
  })
  if (state === 'ended')
    throw new Error(`it ended (${JSON.stringify(child.exit())}) before it was ready:\n${child.output()}`)
}

function parseLine(line: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}
