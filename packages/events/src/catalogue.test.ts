import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import avsc from 'avsc'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import type { EventType } from './event.ts'

const events = catalogue as readonly EventType[]
const domains = readdirSync(new URL('../schemas', import.meta.url)).join('|')

describe('the catalogue', () => {
  it('has each topic once, with a producer and at least one consumer', () => {
    expect(new Set(events.map((e) => e.topic)).size).toBe(events.length)
    expect(events.filter((e) => e.consumers.length === 0 || !e.producer)).toEqual([])
  })

  it.each(events.map((e) => [e.topic, e] as const))('%s has a contract that can grow', (_, { schema }) => {
    const type = avsc.Type.forSchema(schema)
    expect(type.name).toMatch(new RegExp(`^firstcome\\.(${domains})\\.\\w+$`))
    const enums = JSON.stringify(schema).matchAll(/"type":"enum".*?\]([^}]*)/g)
    for (const [, afterSymbols] of enums) expect(afterSymbols).toContain('"default"')
  })

  it('has committed types that follow from the schemas', () => {
    const check = spawnSync(process.execPath, [new URL('./commands/generate.ts', import.meta.url).pathname, '--check'])
    expect(check.stderr.toString() + check.stdout.toString()).toContain('up to date')
    expect(check.status).toBe(0)
  })
})
