import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { step } from '../progress.ts'
import { otherSide, type Side, serviceOf } from '../replicas.ts'
import { type PortName, type ServiceName, type Stack, services } from '../stack.ts'
import { dismiss, settled, succeed, untilReady, want, wantedOf } from '../supervisor/control.ts'
import { isNext, nextOf, type ProcessSpec } from '../supervisor/process-spec.ts'
import { logFile } from '../supervisor/state.ts'
import { openConnections } from '../system/ports.ts'
import { sideOf, turnTo } from './sides.ts'

export interface Replacement {
  service: ServiceName
  /** What is to run, all of it on the side on which the service does not run, under the names of what does. */
  specs: ProcessSpec[]
}

export interface HowToReplace {
  /** Ends it before the gateway has turned; afterwards there is no way back, and it is finished. */
  signal?: AbortSignal
  /** Resolves when the gateway may turn; by default it may as soon as all are ready. */
  readyToTurn?: () => Promise<void>
  /** How long the old ones may take to answer what they were asked before the gateway turned; then they are told to end. */
  drainMs?: number
}

/**
 * Starts the new processes beside the old ones; when all are ready the gateway turns to them, and then the old ones finish
 * what they have in hand and end. Whatever fails before the turn leaves the old ones running, and of the new ones only the
 * logs. Returns how the old ones ended, in words, by the name of the process. @throws {StepError} where a new one does not start.
 */
export async function replace(
  stack: Stack,
  replacements: Replacement[],
  { signal, readyToTurn, drainMs = 15_000 }: HowToReplace = {},
): Promise<Map<string, string>> {
  const specs = replacements.flatMap((one) => one.specs)
  const before = wantedOf(stack).filter(({ name }) => specs.some((one) => one.name === name))
  const nexts = specs.map((spec) => ({ ...spec, name: nextOf(spec.name) }))
  for (const { name } of nexts) rmSync(logFile(stack.folder, name), { force: true })
  try {
    await want(stack, nexts)
    const ready = (one: ProcessSpec) =>
      step(`start ${one.name} on port ${one.port}`, () => untilReady(stack, [one], { deaths: 0, signal }))
    await Promise.all(nexts.map(ready))
    await readyToTurn?.()
    signal?.throwIfAborted()
  } catch (error) {
    await dismiss(stack, isNext)
    throw error
  }
  for (const { service } of replacements) turnTo(stack, service, otherSide(sideOf(stack, service)))
  const names = replacements.map(({ service }) => service).join(', ')
  const ports = before.map(({ port }) => port)
  await step(`the gateway turns to the new ${names}, the old answers what it was asked`, () => released(ports, drainMs))
  return step(`the old ${names} ends`, () => succeed(stack, specs))
}

/**
 * Resolves when nobody has a connection to these ports any more: the gateway closes its own a second after the last answer,
 * so what it was asked before the turn is answered then, event streams and held answers too. Or when the time is up.
 */
async function released(ports: number[], withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  // A connection that was just being made when the gateway turned is there at the second look.
  for (let free = 0; free < 2 && performance.now() < deadline; ) {
    await pause(200)
    free = openConnections(ports) === 0 ? free + 1 : 0
  }
}

/**
 * Brings to an end what an interrupted replacement has left half done: forward where the gateway had turned to the new
 * processes, back where it had not.
 */
export async function recover(stack: Stack): Promise<void> {
  await settled(stack)
  const nexts = wantedOf(stack).filter(({ name }) => isNext(name))
  if (nexts.length === 0) return
  await step('finish what an interrupted replacement has left', async () => {
    const specs = nexts.map((next) => ({ ...next, name: next.name.slice(0, -nextOf('').length) }))
    const turned = specs.filter((spec) => {
      const service = serviceOf(spec.name)?.name
      return service && sideOf(stack, service) === sideOfPort(stack, service, spec.port)
    })
    if (turned.length > 0) await succeed(stack, turned)
    await dismiss(stack, isNext)
  })
}

function sideOfPort(stack: Stack, service: ServiceName, port: number): Side {
  return (port - stack.ports[service as PortName]) % 100 === 0 ? 'a' : 'b'
}

/** A service of which nothing runs starts on side a. */
export function settleSides(stack: Stack): void {
  const running = wantedOf(stack).map(({ name }) => serviceOf(name)?.name)
  for (const { name } of services) if (!running.includes(name)) turnTo(stack, name, 'a')
}
