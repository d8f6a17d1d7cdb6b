import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { catalogue } from '@firstcome/events'
import { expect, test } from 'vitest'
import { cycles, edgesOf, forbiddenEdges, strayKafkajs, strayTopics } from './structure/edges.ts'

const root = join(import.meta.dirname, '..')

/** Tracked files and those about to be: what a clean clone will have. */
function listed(pattern: string): string[] {
  const command = ['ls-files', '--cached', '--others', '--exclude-standard', '--', pattern]
  return execFileSync('git', command, { cwd: root, encoding: 'utf8' }).trim().split('\n')
}

const files = listed('*.ts').map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
const workspaces = listed('*/package.json').map((path) => ({
  name: String(JSON.parse(readFileSync(join(root, path), 'utf8')).name),
  folder: dirname(path),
}))
const edges = edgesOf(workspaces, files)

test('there are the six apps and their packages, with imports between them', () => {
  expect(workspaces.filter(({ folder }) => folder.startsWith('apps/'))).toHaveLength(6)
  expect(edges.length).toBeGreaterThan(20)
})

test('no edge between apps and packages is a forbidden one', () => {
  expect(forbiddenEdges(edges)).toEqual([])
})

test('there is no cycle between apps and packages', () => {
  expect(cycles(edges)).toEqual([])
})

test('packages/kafka alone imports kafkajs', () => {
  expect(strayKafkajs(files)).toEqual([])
})

test('the name of a topic is written in the catalogue only', () => {
  const topics = catalogue.map(({ topic }) => topic)
  expect(strayTopics(topics, files)).toEqual([])
})
