import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from '../../measure/endings.ts'
import type { CouponServers } from '../arena/servers.ts'
import { drain } from '../drain/drain.ts'
import type { Drainer } from '../drain/drainer.ts'
import { couponWorker } from '../drain/drainers/coupon-worker.ts'
import { type Sizing, sizeOf } from '../size.ts'
import { type CpuProfile, profileTables } from './self-time.ts'

/**
 * Where the worker's processor time goes while it drains a hot coupon, half of the requests of which get one. Runs the source:
 * in the bundle, all functions would be in one file.
 */
export async function profileWorker(
  servers: CouponServers,
  { say, ...sizing }: Sizing & { say: (line: string) => void },
): Promise<string> {
  const { requests, warmUp } = sizeOf(sizing).drain
  const folder = mkdtempSync(join(tmpdir(), 'firstcome-profile-'))
  const remove = atEnd(async () => rmSync(folder, { recursive: true, force: true }))
  try {
    const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${folder}`]
    say(`  … ${requests.toLocaleString('en')} requests`)
    const worker = couponWorker(warmUp, { nodeArgs })
    let startedAt = 0
    const start: Drainer['start'] = (arena) => {
      startedAt = Date.now()
      return worker.start(arena)
    }
    const { decisions, seconds, began, ended } = await drain(servers, { from: 'src' }, { ...worker, start }, [
      { stock: requests / 2, requests },
    ])
    const [file] = readdirSync(folder)
    const profile: CpuProfile = JSON.parse(readFileSync(join(folder, file!), 'utf8'))
    const rate = Math.round(decisions / seconds).toLocaleString('en')
    return `${rate} decisions a second, profiled\n\n${profileTables(profile, { from: began - startedAt, to: ended - startedAt })}`
  } finally {
    await remove()
  }
}
