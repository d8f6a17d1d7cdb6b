import { resolve } from 'node:path'
import { buildServices } from '../build.ts'
import { locked } from '../locked.ts'
import { StepError, say, step } from '../progress.ts'
import { noteRunning, previousRelease, prune } from '../releases/history.ts'
import { checkContracts, createTopicsOf, migrateWith, registerContractsOf } from '../releases/prepare.ts'
import { type Release, release } from '../releases/release.ts'
import { instancesOf, otherSide } from '../replicas.ts'
import { readSecrets } from '../secrets.ts'
import { appFolder, releasedServices } from '../servers/services.ts'
import { type ServiceName, type Stack, services } from '../stack.ts'
import { canReplace, runningSupervisor } from '../supervisor/control.ts'
import { type RunningInstance, runningInstances } from './instances.ts'
import { recover, replace } from './replace.ts'
import { sideOf } from './sides.ts'

export interface DeployOptions {
  /** The folder of an artifact; without it, one is built. */
  from?: string | undefined
  signal?: AbortSignal
}

export interface Deployed {
  release: Release
  /** How the old processes ended, in words, by name. */
  ended: Map<string, string>
  /** The folder of the release that ran before. */
  previous: string | undefined
}

/**
 * Replaces a service of a running stack, all its processes, with a new build: topics and contracts first, then migrations, so that
 * all are there before the code that needs them; a migration therefore has to fit the code that still runs. @throws {StepError}
 * where a step fails; the old processes run on then.
 */
export function deploy(stack: Stack, service: ServiceName, { from, signal }: DeployOptions = {}): Promise<Deployed> {
  return locked(stack, 'deploying to', async () => {
    requireReplaceable(stack, service)
    await recover(stack)
    const running = processesOf(stack, service)
    say(headline(service, running, stack))
    if (!from) {
      await step(`build ${service}`, () => buildServices([service]))
      await step('check the contracts', () => checkContracts(stack))
    }
    const made = release(stack, service, from ? resolve(from) : `${appFolder(service)}/dist`)
    if (running.every((one) => one.release === made.revision)) {
      say(`    release ${made.revision} is what runs already; it is replaced all the same`)
    }
    try {
      const ended = await replaceBy(stack, made, running.length, signal)
      noteRunning(stack, made)
      return { release: made, ended, previous: previousRelease(stack, service) }
    } catch (error) {
      prune(stack, service)
      throw error
    }
  })
}

async function replaceBy(
  stack: Stack,
  made: Release,
  count: number,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const { service } = made
  const secrets = readSecrets(stack)
  signal?.throwIfAborted()
  await step('create the topics that are missing', () => createTopicsOf(stack, made))
  signal?.throwIfAborted()
  await step('register the contracts of what it produces', () => registerContractsOf(stack, made))
  signal?.throwIfAborted()
  if (services.find(({ name }) => name === service)?.owns) {
    const applied = await step('migrate', () => migrateWith(stack, secrets, made))
    const what =
      applied.length > 0 ? `applied ${applied.join(', ')}; what still runs has to bear with that` : 'nothing to apply'
    say(`    ${what}`)
  }
  const there = otherSide(sideOf(stack, service))
  const instances = instancesOf(stack, { [service]: count }, () => there).filter((one) => one.service.name === service)
  const specs = releasedServices(stack, secrets, instances, new Map([[service, made]]))
  return replace(stack, [{ service, specs }], { signal })
}

const processesOf = (stack: Stack, service: ServiceName) =>
  runningInstances(stack).filter((one) => one.service.name === service)

function requireReplaceable(stack: Stack, service: ServiceName): void {
  const start = stack.name === 'local' ? 'npm start' : 'the tests of e2e start it'
  if (!runningSupervisor(stack)) throw new StepError(`The ${stack.name} system is not running (${start}).`)
  if (!canReplace(stack)) {
    throw new StepError(`What runs was started by an earlier version, which cannot replace a service.`, {
      advice: 'Start it anew: npm stop, npm start.',
    })
  }
  const running = processesOf(stack, service)
  if (running.length === 0) throw new StepError(`${service} does not run in the ${stack.name} system (${start}).`)
  if (running.some((one) => one.release === undefined)) {
    throw new StepError(`${service} runs from its source (npm run dev), and is replaced when that changes.`)
  }
}

function headline(service: ServiceName, running: RunningInstance[], stack: Stack): string {
  const many = running.length === 1 ? 'one process' : `${running.length} processes`
  return `Replacing ${service} of the ${stack.name} system: ${many}, release ${running[0]?.release}.`
}
