import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundle } from './bundle.ts'

/** What was built: its size, what makes it up, and how long it takes to start. */
export function describe(dist: string, parts: Bundle['parts']): string {
  const files = sizesOf(dist)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const listed = files.map(({ name, bytes }) => `  ${megabytes(bytes)}  ${name}`)
  const largest = parts.slice(0, 6).map(({ name, bytes }) => `${name} ${megabytes(bytes).trim()}`)
  const native = files.filter(({ name }) => name.endsWith('.node')).length
  return [
    `${megabytes(total).trim()} in ${files.length} files:`,
    ...listed,
    `  the largest parts of main: ${largest.join(', ')}`,
    ...(native > 0 ? [`  runs on ${process.platform}-${process.arch} only, for which its native part is made`] : []),
    startTime(dist),
  ].join('\n')
}

/** Files at the top and folders, the largest first. */
function sizesOf(folder: string): { name: string; bytes: number }[] {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name)
      if (!entry.isDirectory()) return { name: entry.name, bytes: statSync(path).size }
      return { name: `${entry.name}/`, bytes: sizesOf(path).reduce((sum, { bytes }) => sum + bytes, 0) }
    })
    .sort((a, b) => b.bytes - a.bytes)
}

/**
 * From starting the process until it ends because of its empty environment (exit code 78): by then Node and every module of
 * the service are loaded, and nothing has been waited for. The better of two; the time it computed hardly depends on what
 * else the machine does.
 */
function startTime(dist: string): string {
  const [best] = [start(dist), start(dist)].sort((a, b) => a.milliseconds - b.milliseconds)
  const { milliseconds, computed } = best!
  return `  starts in ${milliseconds} ms (computing for ${computed} of them), as far as the complaint that nothing is configured`
}

const tellTimes = `process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  console.log(JSON.stringify({ computed: Math.round((user + system) / 1_000) }))
})`

function start(dist: string): { milliseconds: number; computed: number } {
  const began = performance.now()
  const command = ['--import', `data:text/javascript,${encodeURIComponent(tellTimes)}`, 'main.js']
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: dist, env: {}, encoding: 'utf8' })
  if (status !== 78) throw new Error(`the bundle does not start (exit ${status}):\n${stderr}`)
  return { milliseconds: Math.round(performance.now() - began), ...JSON.parse(stdout) }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2).padStart(6)} MB`
}
