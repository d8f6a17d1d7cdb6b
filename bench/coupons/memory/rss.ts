import type { Figures } from '../../measure/figures.ts'
import { residentMiB } from '../../measure/process.ts'

const EVERY_MS = 1_000

/** Resident memory of a process, second by second, until `end`, which tells how it went. */
export function sampleRss(pid: number): { end(): Figures } {
  const samples = [residentMiB(pid)]
  const timer = setInterval(() => samples.push(residentMiB(pid)), EVERY_MS)
  return {
    end() {
      clearInterval(timer)
      const fifth = Math.ceil(samples.length / 5)
      // The second fifth: by then everything is loaded and compiled, and the heap has found its size.
      const early = mean(samples.slice(fifth, 2 * fifth + 1))
      const late = mean(samples.slice(-fifth))
      return { 'MiB in the last fifth': late, 'in the second fifth': early, most: Math.max(...samples) }
    },
  }
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
