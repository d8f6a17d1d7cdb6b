import { join } from 'node:path'
import { buildServices } from '../build.ts'
import { ensureKeys } from '../keys.ts'
import { root } from '../paths.ts'
import { step } from '../progress.ts'
import { stack } from '../stack.ts'
import { run } from '../system/run.ts'

const compose = ['docker', 'compose', '-f', join(root, 'infra/compose.yaml')]
const advice =
  'Docker with its compose plugin has to run here (docker compose version, docker info). Without --docker nothing of it is needed.'

/** The same system as containers, from the compose.yaml that is generated from the same definition. */
export async function startContainers(): Promise<number> {
  await step('Docker', () => run(['docker', 'info'], { advice }))
  await ensureKeys(stack('local'))
  await step('build the services', buildServices)
  await step('containers', () => run([...compose, 'up', '-d', '--wait'], { advice, show: true }))
  return 0
}

export async function stopContainers(): Promise<number> {
  await run([...compose, 'down'], { advice, show: true })
  return 0
}
