import { join } from 'node:path'
import { connectDatabase } from '@firstcome/stores/postgres'
import { freePort, runNode } from '@firstcome/testing'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { readOnly } from '../src/read-only.ts'
import { createTestbed, type Testbed } from './testbed.ts'

let bed: Testbed
beforeAll(async () => {
  bed = await createTestbed()
})
beforeEach(() => bed.clear())

async function command(args: string[], env: Record<string, string> = {}) {
  const child = runNode(join(import.meta.dirname, '../src/main.ts'), { ...bed.env, ...env }, args)
  const { code } = await child.ended
  return { code, output: child.output() }
}

describe('reconcile', () => {
  it('exits with 0 where nothing differs, and spells out what it has compared', async () => {
    await bed.hands.whole()
    await bed.hands.givenBack()
    const { code, output } = await command([])
    expect(output).toContain(`
placed  pending  rejected  paid  confirmed  refunded  in flight  stored  counted
     2        0         1     2          1         1          0       1        1

✓ placed 2 = payable 2 + in flight 0
✓ paid 2 = confirmed 1 + refunded 1 + in flight 0
✓ confirmed 1 = stored 1 + in flight 0
✓ confirmed 1 = counted 1 + in flight 0
✓ boards = sums of their orders: `)
    expect(output).toMatch(/\nNo differences\.\n$/)
    expect(code).toBe(0)
  })

  it('exits with 1 where something differs, and names it', async () => {
    const story = bed.hands.story()
    await bed.hands.placed(story)
    const { code, output } = await command(['--', '--from', '1h'])
    expect(output).toContain('✗ placed 1 = payable 0 + in flight 0\n')
    expect(output).toContain(`(not-payable): 1\n  order ${story.orderId}: placed `)
    expect(output).toMatch(/\n1 differences\.\n$/)
    expect(code).toBe(1)

    const json = await command(['--json'])
    expect(JSON.parse(json.output)).toMatchObject({ differences: 1, findings: [{ kind: 'not-payable', total: 1 }] })
    expect(json.code).toBe(1)
  })

  it('looks at the orders that were placed in the span, and at no others', async () => {
    await bed.hands.placed(bed.hands.story({ placedAt: Date.now() - 7_200_000 }))
    const outside = [
      ['--from', '1h'],
      ['--from', '5h', '--to', '3h'],
      ['--from', '2000-01-01', '--to', '2000-01-02'],
    ]
    for (const args of outside) expect(await command(args)).toMatchObject({ code: 0 })
    for (const args of [
      ['--from', '3h'],
      ['--from', 'all', '--to', '1h'],
    ]) {
      expect(await command(args)).toMatchObject({ code: 1 })
    }
  })

  it('exits with 2 where it cannot run', async () => {
    for (const args of [
      ['--form', '1h'],
      ['--from', 'yesterday'],
      ['--from', '1h', '--to', '2h'],
      ['--grace', '-1'],
    ]) {
      expect(await command(args)).toMatchObject({ code: 2, output: expect.stringContaining('Exit codes:') })
    }
    const nowhere = `127.0.0.1:${await freePort()}`
    for (const env of [
      { REDIS_URL: `redis://${nowhere}` },
      { ORDERS_DATABASE_URL: `postgres://${nowhere}/orders` },
      { ORDERS_DATABASE_URL: '' },
      { RANKING_TIME_ZONE: 'Nowhere/Ever' },
    ]) {
      const { code, output } = await command([], env)
      expect([code, output]).toEqual([2, expect.stringMatching(/ECONNREFUSED|is required|RANKING_TIME_ZONE/)])
    }
  })

  it('says how it is called', async () => {
    expect(await command(['--help'])).toMatchObject({ code: 0, output: expect.stringMatching(/^reconcile \[--from/) })
  })

  it('needs roles that may read, and no more', async () => {
    const role = `reader_${Date.now()}`
    const asReader = (url: string) => {
      const target = new URL(url)
      target.username = role
      target.password = 'secret'
      return target.href
    }
    await bed.orders.raw(`create role ${role} login password 'secret' in role pg_read_all_data`)
    onTestFinished(async () => {
      await bed.orders.raw(`drop role ${role}`)
    })
    await bed.hands.whole()
    const env = {
      PAYMENT_DATABASE_URL: asReader(bed.env.PAYMENT_DATABASE_URL),
      ORDERS_DATABASE_URL: asReader(bed.env.ORDERS_DATABASE_URL),
      DATA_PLATFORM_DATABASE_URL: asReader(bed.env.DATA_PLATFORM_DATABASE_URL),
    }
    expect(await command([], env)).toMatchObject({ code: 0 })
  })

  it('could not write, if it tried', async () => {
    const db = connectDatabase({ url: readOnly(bed.env.ORDERS_DATABASE_URL), poolSize: 1 })
    onTestFinished(() => db.close())
    await expect(db.raw('delete from orders')).rejects.toThrow('read-only transaction')
  })
})
