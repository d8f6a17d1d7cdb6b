import { describe, expect, it } from 'vitest'
import { sandbox } from './sandbox.ts'

const charge = (method: string) => ({ paymentId: 'p', amount: 1, method })
const { signal } = new AbortController()

describe('the sandbox provider', () => {
  it('takes a card and declines what is called declined, and says the same when asked again', async () => {
    expect(await sandbox.charge(charge('card'), signal)).toBe('TAKEN')
    expect(await sandbox.find(charge('card'), signal)).toBe('TAKEN')
    expect(await sandbox.charge(charge('declined'), signal)).toBe('DECLINED')
    expect(await sandbox.find(charge('declined'), signal)).toBe('DECLINED')
  })

  it('stays silent on timeout until the caller gives up, and has taken the money all the same', async () => {
    const caller = new AbortController()
    const charging = sandbox.charge(charge('timeout'), caller.signal)
    caller.abort(new Error('too long'))
    await expect(charging).rejects.toThrow('too long')
    await expect(sandbox.charge(charge('timeout'), caller.signal)).rejects.toThrow('too long')
    expect(await sandbox.find(charge('timeout'), signal)).toBe('TAKEN')
  })
})
