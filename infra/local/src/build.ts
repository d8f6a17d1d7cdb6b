import type { Secrets } from './secrets.ts'
import { appFolder, localSurroundings, serviceEnv } from './servers/services.ts'
import { type ServiceName, type Stack, services } from './stack.ts'
import { run } from './system/run.ts'

/** Bundles services, each into `dist` of its app; turbo skips those whose sources have not changed. */
export async function buildServices(names: ServiceName[] = services.map(({ name }) => name)): Promise<void> {
  const filters = names.map((name) => `--filter=${name}`)
  await run(['turbo', 'run', 'build', ...filters, '--output-logs=errors-only'], {
    advice: 'The services do not build.',
  })
}

/** Brings every owner's database to the state its service expects, from `src`, while developing. */
export async function migrateFromSource(stack: Stack, secrets: Secrets): Promise<void> {
  const around = localSurroundings(stack, secrets)
  await Promise.all(
    services
      .filter((service) => service.owns)
      .map(async (service) => {
        const cwd = appFolder(service.name)
        await run([process.execPath, 'src/migrate.ts'], { cwd, env: serviceEnv(service, around) })
      }),
  )
}
