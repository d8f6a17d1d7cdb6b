import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Snapshot, snapshot } from './snapshot.ts'

let root: string
let before: Snapshot

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'firstcome-snapshot-'))
  mkdirSync(join(root, 'folder/inner'), { recursive: true })
  for (const path of ['folder/inner/kept', 'folder/changed', 'folder/gone', 'alone', 'beside'])
    writeFileSync(join(root, path), path)
  before = snapshot(root, ['folder', 'alone', 'never/there'])

  mkdirSync(join(root, 'folder/new'))
  writeFileSync(join(root, 'folder/new/file'), 'new')
  writeFileSync(join(root, 'folder/changed'), 'otherwise')
  writeFileSync(join(root, 'alone'), 'otherwise')
  writeFileSync(join(root, 'beside'), 'otherwise')
  rmSync(join(root, 'folder/gone'))
})
afterEach(() => rmSync(root, { recursive: true }))

test('says what is new, changed or gone of what it is about', () => {
  expect(before.changes()).toEqual(['alone', 'folder/changed', 'folder/gone', 'folder/new/file'])
})

test('has everything as it was again, and leaves the rest alone', () => {
  before.restore()

  expect(before.changes()).toEqual([])
  expect(readFileSync(join(root, 'folder/changed'), 'utf8')).toBe('folder/changed')
  expect(readFileSync(join(root, 'folder/gone'), 'utf8')).toBe('folder/gone')
  expect(readdirSync(join(root, 'folder'))).not.toContain('new')
  expect(readFileSync(join(root, 'beside'), 'utf8')).toBe('otherwise')
})
