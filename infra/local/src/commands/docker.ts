import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { clusterIdVariable, passwordVariable, settingName } from '../generate/compose/parts.ts'
import { ensureKeys } from '../keys.ts'
import { root } from '../paths.ts'
import { step } from '../progress.ts'
import { ensureSecrets } from '../secrets.ts'
import { apiDocsFolder, prepareApiDocs } from '../servers/api-docs.ts'
import { stack as define, type Stack } from '../stack.ts'
import { writeFileAtomic } from '../system/json-file.ts'
import { run } from '../system/run.ts'

const advice =
  'Docker with its compose plugin has to run here (docker compose version, docker info). Without --docker nothing of it is needed.'

const secretsFile = (stack: Stack) => join(stack.folder, 'compose.env')

function compose(stack: Stack, cluster: boolean): string[] {
  const settings = [secretsFile(stack), ...(cluster ? [join(root, 'infra/compose.cluster.env')] : [])]
  return [
    'docker',
    'compose',
    ...settings.flatMap((file) => ['--env-file', file]),
    '-f',
    join(root, 'infra/compose.yaml'),
  ]
}

/** The same system as containers, from the compose.yaml that is generated from the same definition. */
export async function startContainers({ cluster }: { cluster: boolean }): Promise<number> {
  await step('Docker', () => run(['docker', 'info'], { advice }))
  const stack = define('local')
  await prepare(stack)
  // The gateway, the last of them, starts when all services are ready: by then everything runs.
  await step('images and containers', () =>
    run([...compose(stack, cluster), 'up', '--detach', '--build'], { advice, show: true }),
  )
  return 0
}

/** Stops both, the single broker's and the cluster's: what does not run is no trouble. */
export async function stopContainers(): Promise<number> {
  const stack = define('local')
  await prepare(stack)
  for (const cluster of [false, true]) await run([...compose(stack, cluster), 'down'], { advice, show: true })
  return 0
}

/** Keys and passwords are made once, and are the same as those of the native system. */
async function prepare(stack: Stack): Promise<void> {
  mkdirSync(stack.folder, { recursive: true, mode: 0o700 })
  await ensureKeys(stack)
  // The public half, which the services read as a user of their own.
  chmodSync(stack.jwks, 0o644)
  prepareApiDocs(apiDocsFolder(stack))
  const { passwords, kafkaClusterId } = ensureSecrets(stack)
  const variables = {
    [clusterIdVariable]: kafkaClusterId,
    ...Object.fromEntries(Object.entries(passwords).map(([role, password]) => [passwordVariable(role), password])),
  }
  const lines = Object.entries(variables).map(([name, value]) => `${settingName(name)}=${value}\n`)
  writeFileAtomic(secretsFile(stack), lines.join(''), 0o600)
}
