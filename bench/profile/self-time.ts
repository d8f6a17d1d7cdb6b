/** As V8 writes it: one node for each function by the way that led to it. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  /** Microseconds since the sample before. */
  timeDeltas: number[]
}

const FUNCTIONS = 25

/** First match wins; the url of a function of Node's or V8's own is no file. */
const groups: [string, RegExp][] = [
  ['garbage collection', /^\(garbage collector\)/],
  ['kafkajs', /\/kafkajs\//],
  ['snappy', /\/snappy\/|codec\/snappy/],
  ['avro', /\/avsc\/|confluent-schema-registry|packages\/events\//],
  ['pg', /\/pg\/|\/pg-[a-z]+\/|postgres-[a-z]+\//],
  ['redis', /\/ioredis|\/redis-|denque|cluster-key-slot|packages\/stores\/src\/redis/],
  ['tokens and crypto', /\/jose\/|service\/src\/auth\/|^node:internal\/crypto/],
  ['express', /\/express\/|\/router\/|\/body-parser|\/finalhandler|\/send\/|\/helmet/],
  ['zod', /\/zod\//],
  ['coupon-api', /coupon-api\/src\//],
  ['service kit', /packages\/service\//],
  ['knex', /\/knex\/|\/tarn\//],
  ['uuid', /\/uuid\//],
  ['logs and metrics', /\/pino|\/prom-client\/|thread-stream/],
  ['decide', /coupon-worker\/src\/decide\//],
  ['ledger', /coupon-worker\/src\/ledger\//],
  ['worker, other', /coupon-worker\/src\//],
  ['payment-api', /payment-api\/src\//],
  ['order-service', /order-service\/src\//],
  ['data-platform-sink', /data-platform-sink\/src\//],
  ['ranking-service', /ranking-service\/src\//],
  ['outbox', /packages\/outbox\//],
  ['runtime: producer', /packages\/kafka\/src\/producer\//],
  ['runtime: consumer', /packages\/kafka\/src\/consumer\//],
  ['runtime, other', /packages\//],
  ['node: HTTP', /^node:(internal\/)?_?http/],
  ['node: streams and network', /^node:(internal\/)?(net|stream|streams|tls|dgram|timers|process|async|promise)/],
  ['node: buffers and strings', /^node:(internal\/)?(buffer|string|util|url)/],
  ['node, other', /^node:/],
]

/**
 * Self time by group and by function, as shares of the time in which the process did something. `from` and `to` are
 * milliseconds since the process began, which is some ten of them before its profile does.
 */
export function profileTables(profile: CpuProfile, { from, to }: { from: number; to: number }): string {
  const byFunction = new Map<string, number>()
  const byGroup = new Map<string, number>()
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  let busy = 0
  let idle = 0
  let at = 0
  for (const [i, id] of profile.samples.entries()) {
    const took = profile.timeDeltas[i]!
    at += took / 1000
    if (at < from || at > to) continue
    const { functionName, url, lineNumber } = frames.get(id)!
    if (functionName === '(idle)') {
      idle += took
      continue
    }
    busy += took
    const place = url === '' ? '' : ` ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`
    add(byGroup, groupOf(functionName, url), took)
    add(byFunction, `${functionName || '(anonymous)'}${place}`, took)
  }
  const share = (took: number) => `${((took / busy) * 100).toFixed(1)} %`
  return [
    table('group', byGroup, byGroup.size, share),
    table('function', byFunction, FUNCTIONS, share),
    `busy for ${(busy / 1e6).toFixed(1)} s, idle for ${(idle / 1e6).toFixed(1)} s; start and warm-up not counted`,
  ].join('\n\n')
}

const groupOf = (functionName: string, url: string): string =>
  groups.find(([, pattern]) => pattern.test(url === '' ? functionName : url))?.[0] ?? 'V8 and native'

function add(sums: Map<string, number>, name: string, took: number): void {
  sums.set(name, (sums.get(name) ?? 0) + took)
}

function table(title: string, sums: Map<string, number>, most: number, share: (took: number) => string): string {
  const rows = [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([name, took]) => `| ${name} | ${share(took)} |`)
  return [`| ${title} | self time |`, '| --- | --: |', ...rows].join('\n')
}
