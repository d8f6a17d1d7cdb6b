import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Secrets } from './secrets.ts'
import { appFolder, localSurroundings, serviceEnv } from './servers/services.ts'
import { type Stack, services } from './stack.ts'
import { run } from './system/run.ts'

/** Bundles the services; turbo skips those whose sources have not changed. */
export async function buildServices(): Promise<void> {
  const filters = services.map(({ name }) => `--filter=${name}`)
  await run(['turbo', 'run', 'build', ...filters, '--output-logs=errors-only'], {
    advice: 'The services do not build.',
  })
}

/** Brings every owner's database to the state its service expects: from the bundles, or from `src` while developing. */
export async function migrateDatabases(stack: Stack, secrets: Secrets, from: 'dist' | 'src'): Promise<void> {
  const around = localSurroundings(stack, secrets)
  await Promise.all(
    services
      .filter((service) => service.owns)
      .map(async (service) => {
        const file = `${from}/migrate.${from === 'dist' ? 'js' : 'ts'}`
        const cwd = appFolder(service.name)
        if (existsSync(join(cwd, file))) await run([process.execPath, file], { cwd, env: serviceEnv(service, around) })
      }),
  )
}
