import { mkdirSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Contest } from './contest.ts'

/** A whole run: what `results/*.json` holds. */
export interface Report {
  benchmark: string
  /** ISO time. */
  at: string
  /** A short run that shows that everything works; its figures mean nothing. */
  quick: boolean
  machine: { cores: number; memoryGiB: number; platform: string; node: string }
  /** What was measured, by name and version. */
  versions: Record<string, string>
  contests: Contest[]
}

export function machine(): Report['machine'] {
  return {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()}-${arch()}`,
    node: process.versions.node,
  }
}

/** Markdown, to be read in a terminal as well as pasted into a README. */
export function tables({ contests }: Pick<Report, 'contests'>): string {
  return contests.map((contest) => `### ${contest.title}\n\n${table(contest)}`).join('\n\n')
}

function table({ baseline, rows }: Contest): string {
  const figures = Object.keys(rows[0]!.median)
  const base = rows.find(({ name }) => name === baseline)!.median
  const cells = rows.map(({ name, median }) => [
    name,
    ...figures.map((figure) => number(median[figure]!)),
    (median[figures[0]!]! / base[figures[0]!]!).toFixed(2),
  ])
  const all = [['', ...figures, `vs ${baseline}`], ...cells]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(all[0]!), rule, ...all.slice(1).map(line)].join('\n')
}

const number = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1))

/** `<name>.json` with every round, and `<name>.md` with the tables. */
export function writeReport(folder: string, report: Report): void {
  const { benchmark, at, machine, versions } = report
  const measured = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const where = `${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}, Node ${machine.node}`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${benchmark}.json`), `${JSON.stringify(report, rounded, 2)}\n`)
  writeFileSync(
    join(folder, `${benchmark}.md`),
    `# ${benchmark}\n\n${at.slice(0, 10)}: ${where}; ${measured.join(', ')}. Clients and broker share the machine.\n\n${tables(report)}\n`,
  )
}

const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value)
