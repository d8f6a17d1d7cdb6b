import { dirname, join } from 'node:path/posix'
import { importsOf, literalsOf } from './imports.ts'

/** A workspace: an app, a package, the local system, or the end-to-end tests. */
export interface Workspace {
  /** As others import it: `@firstcome/kafka`; an app is called by its plain name. */
  name: string
  /** From the root: `packages/kafka`. */
  folder: string
}

export interface SourceFile {
  /** From the root: `packages/kafka/src/index.ts`. */
  path: string
  text: string
}

export interface Edge {
  from: string
  to: string
  /** The file that draws it. */
  path: string
  /** Only tests draw it: it may lead to development tools. */
  test: boolean
}

interface Rule {
  code: string[]
  /** What only its tests may import besides. */
  tests: string[]
}

const testing = '@firstcome/testing'

/** What each workspace may import. Whatever is not listed is forbidden. */
const allowed: Record<string, Rule> = {
  '@firstcome/events': { code: [], tests: [testing] },
  '@firstcome/kafka': { code: ['@firstcome/events'], tests: [testing] },
  '@firstcome/outbox': {
    code: ['@firstcome/kafka', '@firstcome/events'],
    // Its tests kill whole services.
    tests: [testing, '@firstcome/stores', '@firstcome/service'],
  },
  '@firstcome/service': { code: [], tests: [testing] },
  '@firstcome/stores': { code: [], tests: [testing] },
  // Makes the artifacts of the apps, of which it knows nothing but where their sources begin.
  '@firstcome/build': { code: [], tests: [testing] },
  // Makes the images and looks whether they are sound.
  '@firstcome/images': { code: ['@firstcome/local'], tests: [testing] },
  // The testing package stands on the local system: if that one used it in turn, they would be a cycle.
  '@firstcome/local': { code: [], tests: [] },
  // An operator's tool: it reads the stores of the services, and nothing of their code.
  '@firstcome/reconcile': { code: ['@firstcome/service', '@firstcome/stores'], tests: [testing] },
  // Makes documents of the contracts and of the services' route tables: it reads what they say, and runs none of them.
  '@firstcome/reference': {
    code: [
      '@firstcome/events',
      '@firstcome/kafka',
      '@firstcome/service',
      'coupon-api',
      'coupon-worker',
      'data-platform-sink',
      'order-service',
      'payment-api',
      'ranking-service',
    ],
    // The document of the API is held against what the end-to-end tests send to be refused.
    tests: [testing, '@firstcome/e2e'],
  },
  '@firstcome/testing': { code: ['@firstcome/local'], tests: [] },
  '@firstcome/bench': {
    code: ['@firstcome/events', '@firstcome/kafka', '@firstcome/local', '@firstcome/outbox', '@firstcome/stores'],
    tests: [testing],
  },
  '@firstcome/e2e': { code: ['@firstcome/events', '@firstcome/kafka', '@firstcome/local', testing], tests: [] },
}
const app: Rule = {
  code: ['@firstcome/events', '@firstcome/kafka', '@firstcome/outbox', '@firstcome/service', '@firstcome/stores'],
  tests: [testing],
}

/** Every edge between workspaces, whether drawn by a package name or by a relative path that leaves the folder. */
export function edgesOf(workspaces: Workspace[], files: SourceFile[]): Edge[] {
  return files.flatMap((file) => {
    const from = workspaces.find(({ folder }) => file.path.startsWith(`${folder}/`))
    if (!from) return []
    return importsOf(file.text).flatMap((specifier) => {
      const to = target(workspaces, file.path, specifier)
      if (!to || to === from) return []
      return [{ from: from.name, to: to.name, path: file.path, test: isTest(file.path) }]
    })
  })
}

/** One sentence per forbidden edge. */
export function forbiddenEdges(edges: Edge[]): string[] {
  const sentences = edges.filter(isForbidden).map(({ from, to, path }) => `${path}: ${from} must not import ${to}`)
  return [...new Set(sentences)]
}

/** One sentence per cycle, naming the way round. Edges of tests count as well: they are installed and built like any other. */
export function cycles(edges: Edge[]): string[] {
  const next = Map.groupBy(edges, ({ from }) => from)
  const found = new Set<string>()
  const done = new Set<string>()
  function walk(name: string, way: string[]): void {
    const seen = way.indexOf(name)
    if (seen >= 0) found.add([...way.slice(seen), name].join(' → '))
    if (seen >= 0 || done.has(name)) return
    for (const { to } of next.get(name) ?? []) walk(to, [...way, name])
    done.add(name)
  }
  for (const name of next.keys()) walk(name, [])
  return [...found]
}

/** kafkajs stays replaceable: one package knows it, and the measurements that compare with it. */
export function strayKafkajs(files: SourceFile[]): string[] {
  return files
    .filter(({ path }) => !path.startsWith('packages/kafka/') && !path.startsWith('bench/'))
    .filter(({ text }) => importsOf(text).some((specifier) => /^kafkajs(\/|$)/.test(specifier)))
    .map(({ path }) => `${path}: only packages/kafka imports kafkajs`)
}

/** A topic is a typed value: its name is written once, in the catalogue. Tests may say it, to check the name itself. */
export function strayTopics(topics: string[], files: SourceFile[]): string[] {
  const names = new Set(topics)
  return files
    .filter(({ path }) => path !== 'packages/events/src/catalogue.ts' && !path.includes('/generated/') && !isTest(path))
    .flatMap(({ path, text }) =>
      literalsOf(text)
        .filter((literal) => names.has(literal.split('.')[0]!))
        .map((literal) => `${path}: the topic '${literal}' is written out; use the catalogue`),
    )
}

function isForbidden({ from, to, test }: Edge): boolean {
  // A package that nobody has thought about yet may import nothing; an app has the rule of all apps.
  const rule = allowed[from] ?? (from.startsWith('@') ? { code: [], tests: [] } : app)
  return !rule.code.includes(to) && !(test && rule.tests.includes(to))
}

function isTest(path: string): boolean {
  return /(\.test|\/testbed)\.ts$|\/test\//.test(path) || path.startsWith('e2e/')
}

function target(workspaces: Workspace[], path: string, specifier: string): Workspace | undefined {
  if (specifier.startsWith('.')) {
    const file = join(dirname(path), specifier)
    return workspaces.find(({ folder }) => file === folder || file.startsWith(`${folder}/`))
  }
  return workspaces.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`))
}
