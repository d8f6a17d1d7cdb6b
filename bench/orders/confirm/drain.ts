import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openArena } from '../../arena/arena.ts'
import { type Child, spawnChild } from '../../arena/child.ts'
import type { BenchServers } from '../../arena/servers.ts'
import { type From, spawnService } from '../../arena/services.ts'
import type { Figures } from '../../measure/figures.ts'
import { processorSeconds } from '../../measure/process.ts'
import { paidOrders } from '../shop/backlog.ts'
import { openBoards } from '../shop/boards.ts'
import type { Arena, Sample, Stage } from './stage.ts'

const baselines = join(import.meta.dirname, '../../baselines/kafkajs')
const STUCK_MS = 120_000

export type Who = 'service' | 'baseline'

/** The orders lie there before the process starts, those that warm up first. @throws unless each comes through once */
export async function drainStage(
  servers: BenchServers,
  from: From,
  stage: Stage,
  who: Who,
  { backlog, warmUp }: { backlog: number; warmUp: number },
): Promise<Figures> {
  const bare = await openArena(servers, { ...stage.plan, from })
  const arena: Arena = { ...bare, boards: openBoards(servers.redisUrl, bare.prefix) }
  try {
    const orders = paidOrders(0, warmUp + backlog)
    await stage.fill(arena, orders)
    const child = start(arena, stage, who)
    let drained: { samples: Sample[]; processorMicros: number }
    try {
      drained = await untilDone(arena, stage, child, orders.length, warmUp)
    } catch (error) {
      const output = child.output().slice(-5_000)
      throw new Error(`${stage.service}, ${who}: ${(error as Error).message}\n${output}`, { cause: error })
    } finally {
      await child.stop()
    }
    const figures = await stage.figures(arena, orders, drained.samples, warmUp)
    return { ...figures, 'processor µs': drained.processorMicros }
  } finally {
    await arena.boards.close()
    await arena.close()
  }
}

function start(arena: Arena, { service, baseline, plan }: Stage, who: Who): Child {
  const env = arena.envOf(service)
  if (who === 'service') return spawnService(service, arena.from, env)
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', join(baselines, `${baseline}.ts`)]
  const topics = Object.fromEntries(plan.events.map((event) => [topicVariable(event.topic), arena.topicOf(event)]))
  return spawnChild(command, { ...env, ...topics, GROUP: arena.prefix + baseline })
}

const topicVariable = (topic: string) => `TOPIC_${topic.replaceAll('-', '_').toUpperCase()}`

async function untilDone(arena: Arena, stage: Stage, child: Child, total: number, warmUp: number) {
  const samples: Sample[] = []
  let warm: { seconds: number; done: number } | undefined
  const deadline = performance.now() + STUCK_MS
  for (;;) {
    const done = await stage.done(arena)
    samples.push({ at: performance.now(), done })
    if (done >= total) break
    child.alive()
    if (!warm && done >= warmUp) warm = { seconds: processorSeconds(child.pid), done }
    if (performance.now() > deadline) throw new Error(`${done} of ${total} orders after ${STUCK_MS} ms`)
    await sleep(stage.everyMs)
  }
  // So few that they came with the warm-up: then the start is part of what they cost.
  const since = warm ?? { seconds: 0, done: 0 }
  const processorMicros = ((processorSeconds(child.pid) - since.seconds) * 1e6) / (total - since.done)
  return { samples, processorMicros }
}
