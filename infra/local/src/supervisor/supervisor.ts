import { owner } from '../../ownership.mjs'
import { readJson, writeJson } from '../system/json-file.ts'
import type { ProcessSpec, Wanted } from './process-spec.ts'
import { type ProcessState, type SupervisorState, stateFile, supervisorVersion, wantedFile } from './state.ts'
import { Supervised } from './supervised.ts'

/**
 * The one process that keeps a stack alive, apart from every terminal: `node supervisor.ts <folder>`. It makes what runs
 * match wanted.json whenever it is told to look (SIGHUP), and stops everything, last started first, on SIGTERM.
 */
const folder = process.argv[2]
if (!folder) throw new Error('usage: supervisor.ts <folder of the stack>')

const self = owner(process.pid, 'supervisor')
let running = new Map<string, Supervised>()
let ending = false
let work = Promise.resolve()

function changed(): void {
  const processes: ProcessState[] = [...running.values()].map((one) => one.state)
  const state: SupervisorState = { supervisor: self, version: supervisorVersion, processes }
  writeJson(stateFile(folder!), state)
  if (!ending) startWhatCan()
}

/** A process waits for those it builds on only the first time: later it has to cope with their coming and going. */
function startWhatCan(): void {
  for (const one of running.values()) {
    if (one.state.phase !== 'waiting') continue
    if (one.spec.after.every((name) => running.get(name)?.state.phase === 'ready')) one.start()
  }
}

async function reconcile(): Promise<void> {
  if (ending) return
  const wanted = readJson<Wanted>(wantedFile(folder!))?.processes ?? []
  const before = [...running.values()]
  const whoRuns = (spec: ProcessSpec) =>
    before.find((one) => one.spec.name === spec.name && one.spec.revision === spec.revision) ??
    // What is wanted under this name may run under another, which nobody asks for any more: it takes the name over.
    before.find((one) => one.spec.revision === spec.revision && wanted.every(({ name }) => name !== one.spec.name))
  const kept = new Map(wanted.map((spec) => [spec, whoRuns(spec)]))
  const stale = before.filter((one) => ![...kept.values()].includes(one))
  await stop(stale)
  for (const one of stale) running.delete(one.spec.name)
  if (ending) return
  for (const [spec, one] of kept) {
    const predecessor = stale.find((ended) => ended.spec.name === spec.name)
    if (one && one.spec.name !== spec.name) one.takePlace(spec, predecessor?.state.lastExit)
  }
  // The order of wanted.json is kept: it is the order people read.
  running = new Map(wanted.map((spec) => [spec.name, kept.get(spec) ?? new Supervised(folder!, spec, changed)]))
  changed()
}

/** Stops them in layers: whoever builds on another goes before it. */
async function stop(some: Supervised[]): Promise<void> {
  let left = some
  while (left.length > 0) {
    const needed = new Set(left.flatMap((one) => one.spec.after))
    const layer = left.filter((one) => !needed.has(one.spec.name))
    await Promise.all(layer.map((one) => one.stop()))
    left = left.filter((one) => !layer.includes(one))
  }
}

async function end(): Promise<void> {
  ending = true
  await stop([...running.values()])
  process.exit(0)
}

process.on('SIGHUP', () => {
  work = work.then(reconcile)
})
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => {
    if (ending) return
    ending = true
    work = work.then(end)
  })
}
work = work.then(reconcile)
setInterval(() => {
  for (const one of running.values()) one.boundLog()
}, 15_000)
