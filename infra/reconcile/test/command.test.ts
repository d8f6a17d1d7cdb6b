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

/** What takes longer than two seconds says how far it is, on stderr, which may be read before or after the rest. */
const progress = /^ {2}… [^:\n]+: [\d,]+\n/gm

async function command(args: string[], env: Partial<Testbed['env']> = {}) {
  const child = runNode(join(import.meta.dirname, '../src/main.ts'), { ...bed.env, ...env }, args)
  const { code } = await child.ended
  return { code, output: child.output().replaceAll(progress, '') }
}

describe('reconcile', () => {
  it('exits with 0 where nothing differs, and spells out what it has compared; roles that may read are enough', async () => {
    await bed.hands.whole()
    await bed.hands.givenBack()
    const { code, output } = await command([], await asReader())
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
    const [text, json] = await Promise.all([command(['--', '--from', '1h']), command(['--json'])])
    expect(text.output).toContain('✗ placed 1 = payable 0 + in flight 0\n')
    expect(text.output).toContain(`(not-payable): 1\n  order ${story.orderId}: placed `)
    expect(text.output).toMatch(/\n1 difference\.\n$/)
    expect(JSON.parse(json.output)).toMatchObject({ differences: 1, findings: [{ kind: 'not-payable', total: 1 }] })
    expect([text.code, json.code]).toEqual([1, 1])
  })

  it('exits with 2 where it is called wrongly, where a setting is missing, and where a store is away', async () => {
    const away = `redis://127.0.0.1:${await freePort()}`
    const [wrong, missing, without] = await Promise.all([
      command(['--form', '1h']),
      command([], { ORDERS_DATABASE_URL: '' }),
      command([], { REDIS_URL: away }),
    ])
    expect(wrong).toMatchObject({ code: 2, output: expect.stringContaining('--form') })
    expect(missing).toMatchObject({ code: 2, output: expect.stringMatching(/^ORDERS_DATABASE_URL is required/) })
    expect(without).toMatchObject({ code: 2, output: expect.stringContaining('ECONNREFUSED') })
  })

  it('could not write, if it tried', async () => {
    const db = connectDatabase({ url: readOnly(bed.env.ORDERS_DATABASE_URL), poolSize: 1 })
    onTestFinished(() => db.close())
    await expect(db.raw('delete from orders')).rejects.toThrow('read-only transaction')
  })
})

/** The databases, with a role that owns none of them. */
async function asReader() {
  const role = `reader_${process.pid}`
  await bed.orders.raw(`create role ${role} login password 'secret' in role pg_read_all_data`)
  onTestFinished(async () => {
    await bed.orders.raw(`drop role ${role}`)
  })
  const signedIn = (url: string) => Object.assign(new URL(url), { username: role, password: 'secret' }).href
  return {
    PAYMENT_DATABASE_URL: signedIn(bed.env.PAYMENT_DATABASE_URL),
    ORDERS_DATABASE_URL: signedIn(bed.env.ORDERS_DATABASE_URL),
    DATA_PLATFORM_DATABASE_URL: signedIn(bed.env.DATA_PLATFORM_DATABASE_URL),
  }
}
