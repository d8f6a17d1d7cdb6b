import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { host, operatorRole, type Stack } from '../stack.ts'
import { type ProcessSpec, processSpec } from '../supervisor/process-spec.ts'

/** Its keys are read models that their owners can rebuild, so a second of them may be lost, but a restart keeps them. */
export const serverSettings: Record<string, string> = {
  appendonly: 'yes',
  appendfsync: 'everysec',
  save: '',
  'maxmemory-policy': 'noeviction',
}

/** All that the server is told on its command line: the settings, and a user who may read and do nothing else. */
export function serverArguments(settings: Record<string, string>): string[] {
  const reader = [operatorRole, 'on', 'nopass', '~*', '-@all', '+@read', '+@transaction', '+ping', '+select', '+info']
  return [...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]), '--user', ...reader]
}

export function prepareRedis(stack: Stack): void {
  mkdirSync(folder(stack), { recursive: true })
}

export function redis(stack: Stack, program: string): ProcessSpec {
  const settings = {
    ...serverSettings,
    bind: host,
    port: String(stack.ports.redis),
    dir: folder(stack),
    daemonize: 'no',
  }
  return processSpec({
    name: 'redis',
    command: [program, ...serverArguments(settings)],
    cwd: folder(stack),
    env: {},
    port: stack.ports.redis,
    after: [],
    ready: { kind: 'redis', port: stack.ports.redis },
  })
}

const folder = (stack: Stack) => join(stack.folder, 'redis')
