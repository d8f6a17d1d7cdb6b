import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process's resident memory. */
export function residentMiB(pid: number): number {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
  }
  return Number(ps(pid, 'rss')) / 1024
}

/** Linux counts in these, whatever its own clock. */
const TICKS_PER_SECOND = 100

/** What it has used of the processors so far, in seconds. */
export function processorSeconds(pid: number): number {
  if (process.platform === 'linux') {
    // "pid (name) state …": the name may hold anything, so counted from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  }
  // [days-][hours:]minutes:seconds
  const [seconds = 0, minutes = 0, hours = 0, days = 0] = ps(pid, 'time').split(/[-:]/).map(Number).reverse()
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
}

const ps = (pid: number, what: string): string =>
  execFileSync('ps', ['-o', `${what}=`, '-p', String(pid)], { encoding: 'utf8' }).trim()
