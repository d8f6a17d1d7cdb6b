import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/promises.md'), 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| promise'))
const named = rows.map((row) => row.match(/^\| (?<promise>.+) \| `(?<file>[^`]+)` "(?<title>.+)" \|$/)?.groups)

describe('the page of promises', () => {
  test('has promises, each with a test', () => {
    expect(named.length).toBeGreaterThan(20)
    expect(rows.filter((_, i) => named[i] === undefined)).toEqual([])
  })

  test.each(named.map((groups) => groups!))('names a test that there is: $promise', ({ file, title }) => {
    const path = join(root, file!)
    expect(existsSync(path), file).toBe(true)
    expect(readFileSync(path, 'utf8')).toContain(title)
  })
})
