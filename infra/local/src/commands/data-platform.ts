import { join } from 'node:path'
import { root } from '../paths.ts'
import { postgresUrl, readSecrets } from '../secrets.ts'
import { appFolder } from '../servers/services.ts'
import { userSettings } from '../servers/user-settings.ts'
import { operatorRole, services, stack } from '../stack.ts'
import { runTool } from './run-tool.ts'
import { whichStack } from './which-stack.ts'

const sink = services.find(({ name }) => name === 'data-platform-sink')!

/** The export of the facts, from this system, as a role that may only read; arguments, output and exit code are its own. */
export async function dataPlatform(args: string[]): Promise<number> {
  const target = stack(whichStack({ test: args.includes('--test') }))
  const tool = join(appFolder(sink.name), 'src/commands/data-platform.ts')
  return runTool([tool, ...args.filter((arg) => arg !== '--test')], {
    ...(target.name === 'local' && userSettings(root)),
    DATABASE_URL: postgresUrl(target, readSecrets(target), operatorRole, sink.owns!.database),
  })
}
