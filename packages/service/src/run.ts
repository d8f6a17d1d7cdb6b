import { createAuthenticator } from './auth/authenticator.ts'
import { ConfigError, exitOnConfigError } from './config/read-config.ts'
import type { HttpConfig, ServiceConfig } from './config/settings.ts'
import { type App, createApp } from './http/app.ts'
import { createBodyReader } from './http/body.ts'
import { createExchange } from './http/exchange.ts'
import { operations } from './http/operations.ts'
import type { Route } from './http/route.ts'
import { type HttpServer, startServer } from './http/server.ts'
import { waitingApp } from './http/waiting.ts'
import { createHealth } from './lifecycle/health.ts'
import { keepRequestsYoung } from './lifecycle/heap.ts'
import type { Resource } from './lifecycle/resource.ts'
import { shutDown } from './lifecycle/shutdown.ts'
import type { Service } from './service.ts'
import { createLogger } from './telemetry/logger.ts'
import { createMetrics } from './telemetry/metrics.ts'
import { createTracing } from './telemetry/tracing.ts'

export interface RunConfig {
  service: ServiceConfig
  http: HttpConfig
}

/**
 * The life of a service: `setup` puts it together, its resources start in order, it listens, it is ready. It ends on
 * SIGTERM or SIGINT (exit 0; 1 if something had to be cut off or did not close), when a resource fails for good, or on an
 * error nobody handled (exit 1). Resolves when the service is ready; the process lives on until one of these.
 */
export async function run(name: string, config: RunConfig, setup: (service: Service) => Promise<void>): Promise<void> {
  keepRequestsYoung()
  const tracing = createTracing()
  const log = createLogger(name, config.service.logLevel, tracing)
  const metrics = createMetrics(name)
  const resources: Resource[] = []
  const routes: Route[] = []
  const health = createHealth(resources, (failing) => {
    if (failing.length > 0) log.warn({ failing }, 'not ready')
    else log.info('ready again')
  })
  const exchange = createExchange(log, tracing, metrics)
  const stopping = new AbortController()
  const parts = {
    exchange,
    readBody: createBodyReader(config.http.bodyLimit),
    log,
    stopping: stopping.signal,
    checkAnswers: config.http.checkAnswers,
  }
  const own = operations(name, health, metrics)
  let server: HttpServer | undefined
  let app: App | undefined
  let early: Promise<HttpServer> | undefined

  /**
   * A service that waits is alive, and whoever would restart it has to hear so. Not before it has to wait: balancers pass over
   * a port where nobody listens, and not over one that answers 503.
   */
  function listenEarly(): void {
    if (early !== undefined) return
    const waiting = waitingApp(own, { ...parts, authenticate: undefined })
    early = startServer((req, res) => (app ?? waiting)(req, res), config.http, tracing)
    early.then(
      (listening) => {
        server = listening
      },
      (error) => die(error, 'could not start'),
    )
  }

  async function stop(exitCode: number): Promise<void> {
    if (stopping.signal.aborted) return
    health.refuse('stopping')
    exchange.stop()
    const bound = config.service.stopTimeoutMs
    // Should the event loop live on in a way nobody foresaw, this still ends the process.
    setTimeout(() => process.exit(1), bound + 500).unref()
    stopping.abort()
    const failed = await shutDown(server, resources, bound, log)
    if (failed.length > 0) log.fatal({ hung: failed }, `stopped, but not cleanly: ${failed.join(', ')}`)
    else log.info('stopped')
    process.exit(failed.length > 0 ? 1 : exitCode)
  }

  function die(error: unknown, message: string): void {
    log.fatal({ err: error }, message)
    void stop(1)
  }

  process.on('SIGTERM', (signal) => void stopOn(signal))
  process.on('SIGINT', (signal) => void stopOn(signal))
  process.on('uncaughtException', (error) => die(error, 'an error nobody handled'))
  process.on('unhandledRejection', (error) => die(error, 'a rejection nobody handled'))

  function stopOn(signal: string): Promise<void> {
    if (!stopping.signal.aborted) log.info({ signal }, 'stopping')
    return stop(0)
  }

  try {
    await setup({
      name,
      log,
      metrics,
      tracing,
      use(resource) {
        resources.push(resource)
        return resource
      },
      listen: (more) => void routes.push(...more),
      waitsFor(what) {
        if (stopping.signal.aborted) return
        health.refuse(what === undefined ? 'starting' : `waiting for ${what}`)
        if (what !== undefined) listenEarly()
      },
      fail: (error) => die(error, 'a resource failed for good'),
    })
    // Made before the resources start: a mistake in a route must not cost a consumer group a rebalance.
    const whole = createApp([...routes, ...own], { ...parts, authenticate: authenticator(config.http, routes) })
    for (const resource of resources) {
      if (stopping.signal.aborted) return
      await resource.start?.()
    }
    if (stopping.signal.aborted) return
    app = whole
    server = await (early ?? startServer(whole, config.http, tracing))
  } catch (error) {
    if (stopping.signal.aborted) return
    if (error instanceof ConfigError) exitOnConfigError(error)
    die(error, 'could not start')
    return
  }
  health.open()
  log.info({ host: config.http.host, port: server.port }, 'ready')
}

function authenticator({ jwks, ...http }: HttpConfig, routes: Route[]) {
  if (jwks !== undefined) return createAuthenticator({ jwks, ...http })
  if (routes.every((route) => route.spec.auth === 'public')) return undefined
  throw new ConfigError(['JWT_JWKS is required: this service has routes that ask for a user'])
}
