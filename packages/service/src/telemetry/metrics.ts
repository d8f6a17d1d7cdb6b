import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** A registry of the service's own, with Node's default metrics, every series labelled with the service's name. */
export function createMetrics(name: string): Registry {
  const metrics = new Registry()
  metrics.setDefaultLabels({ service: name })
  collectDefaultMetrics({ register: metrics })
  return metrics
}

/** Seconds from the arrival of a request to the end of its answer, event streams excepted. */
export function requestDuration(metrics: Registry): Histogram<'route' | 'method' | 'status'> {
  return new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by route template, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [metrics],
  })
}
