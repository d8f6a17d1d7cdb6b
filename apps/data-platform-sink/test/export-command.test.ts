import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode } from '@firstcome/testing'
import { describe, expect, it } from 'vitest'
import { dataLake, orderAt } from './data-lake.ts'

const lake = dataLake()
const { store, ask } = lake
const command = fileURLToPath(new URL('../src/commands/data-platform.ts', import.meta.url))

async function tool(args: string[], env: Record<string, string> = { DATABASE_URL: lake.readerUrl }) {
  const child = runNode(command, env, args)
  const { code } = await child.ended
  return { code, output: child.output() }
}

describe('data-platform export', () => {
  const november = ['--from', '2026-11-01', '--to', '2026-12-01']

  it('writes what it is told to, as a role that may only read, and says what it wrote', async () => {
    await store(orderAt('2026-11-20T10:00:00Z'), orderAt('2026-11-21T10:00:00Z'))
    const { code, output } = await tool(['export', ...november, '--format', 'parquet', '--out', lake.out])
    expect(output).toMatch(/^orders: 2 rows in 2 files, [\d,]+ bytes\norder_items: 2 rows in 2 files, [\d,]+ bytes\n$/)
    expect(code).toBe(0)
    expect(await ask('select count(*) n from {orders} join {items} i using (order_id)')).toEqual([{ n: 2n }])

    const size = (set: string) =>
      ['20', '21'].reduce(
        (sum, day) => sum + readFileSync(`${lake.out}/${set}/date=2026-11-${day}/part-0.parquet`).length,
        0,
      )
    const again = await tool(['export', ...november, '--out', lake.out, '--json', '--time-zone', 'Asia/Seoul'])
    expect(JSON.parse(again.output)).toEqual({
      from: '2026-11-01',
      to: '2026-12-01',
      timeZone: 'Asia/Seoul',
      written: ['orders', 'order_items'].map((name) => ({ name, rows: 2, files: 2, bytes: size(name), removed: [] })),
    })
  })

  it('that fails says why and ends with 1', async () => {
    writeFileSync(join(lake.out, 'file'), '')
    const { code, output } = await tool(['export', ...november, '--out', join(lake.out, 'file')])
    expect(output).toMatch(/^EEXIST: file already exists/)
    expect(code).toBe(1)
  })

  it('says what is wrong with its arguments, and ends with 2', async () => {
    const { code, output } = await tool(['export', ...november])
    expect(output).toMatch(/^--out is missing: the folder to write into\n\nUsage:/)
    expect(code).toBe(2)
  })

  it('shows its usage', async () => {
    const { code, output } = await tool(['--help'], {})
    expect(output).toMatch(/^Usage: data-platform export/)
    expect(code).toBe(0)
  })
})
