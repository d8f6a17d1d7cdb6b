import { expect, test } from 'vitest'
import { cycles, edgesOf, forbiddenEdges, type SourceFile, strayKafkajs, strayTopics } from './edges.ts'
import { importsOf } from './imports.ts'

const workspaces = [
  { name: '@firstcome/events', folder: 'packages/events' },
  { name: '@firstcome/kafka', folder: 'packages/kafka' },
  { name: '@firstcome/stores', folder: 'packages/stores' },
  { name: '@firstcome/testing', folder: 'packages/testing' },
  { name: 'coupon-api', folder: 'apps/coupon-api' },
  { name: 'coupon-worker', folder: 'apps/coupon-worker' },
]
const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: lines.join('\n') })
const forbidden = (...files: SourceFile[]) => forbiddenEdges(edgesOf(workspaces, files))

test('reads every form of an import, and none out of a comment or a string', () => {
  const source = [
    "import 'a'",
    "import type { B } from 'b'",
    "import {\n  c,\n  d,\n} from 'c'",
    "export * from 'd' // from 'no'",
    "const e = await import('e')",
    '/* import \'no\' */ export { f } from "f"',
    "const source = \"import 'no'\"; const pattern = /import 'no'/",
  ]
  expect(importsOf(source.join('\n'))).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})

test('finds an app that imports another app, by name or by a path', () => {
  const byName = file('apps/coupon-api/src/a.ts', "import { decide } from 'coupon-worker'")
  const byPath = file('apps/coupon-api/src/b.ts', "import { decide } from '../../coupon-worker/src/decide.ts'")

  expect(forbidden(byName, byPath)).toEqual([
    'apps/coupon-api/src/a.ts: coupon-api must not import coupon-worker',
    'apps/coupon-api/src/b.ts: coupon-api must not import coupon-worker',
  ])
})

test('finds a package that imports what it may not, a type import included', () => {
  const drawn = file('packages/stores/src/a.ts', "import type { Kafka } from '@firstcome/kafka'")

  expect(forbidden(drawn)).toEqual(['packages/stores/src/a.ts: @firstcome/stores must not import @firstcome/kafka'])
})

test('lets tests, and only tests, import the testing package', () => {
  const line = "import { waitFor } from '@firstcome/testing'"

  expect(forbidden(file('apps/coupon-api/src/a.test.ts', line))).toEqual([])
  expect(forbidden(file('apps/coupon-api/src/a.ts', line))).toHaveLength(1)
})

test('finds a cycle and names the way round', () => {
  const files = [
    file('packages/kafka/src/a.ts', "import '@firstcome/events'"),
    file('packages/events/src/a.ts', "import '@firstcome/stores'"),
    file('packages/stores/src/a.ts', "import '@firstcome/kafka'"),
  ]

  expect(cycles(edgesOf(workspaces, files))).toEqual([
    '@firstcome/kafka → @firstcome/events → @firstcome/stores → @firstcome/kafka',
  ])
  expect(cycles(edgesOf(workspaces, files.slice(0, 2)))).toEqual([])
})

test('finds kafkajs outside packages/kafka, but not the registry client', () => {
  const stray = file('apps/coupon-api/src/a.ts', "import kafkajs from 'kafkajs'")
  const registry = file(
    'packages/events/src/a.ts',
    "import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'",
  )

  expect(strayKafkajs([stray, registry])).toEqual(['apps/coupon-api/src/a.ts: only packages/kafka imports kafkajs'])
})

test('finds the name of a topic, or of its dead letters, outside the catalogue', () => {
  const files = [
    file('apps/coupon-api/src/a.ts', "send('coupon-issue'); listen(`coupon-issue.coupon-worker.dlt`)"),
    file('packages/events/src/catalogue.ts', "event({ topic: 'coupon-issue' })"),
    file('apps/coupon-api/src/b.ts', "import { x } from './coupon-issue/x.ts' // 'coupon-issue'"),
  ]

  expect(strayTopics(['coupon-issue'], files)).toHaveLength(2)
})
