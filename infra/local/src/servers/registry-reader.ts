import { join } from 'node:path'
import { renderRegistryReader } from '../../../registry/reader.ts'
import { host, type Stack } from '../stack.ts'
import { type ProcessSpec, processSpec } from '../supervisor/process-spec.ts'
import { nginxCommand, workerUser } from './nginx.ts'

/** The read-only door to the registry, through which the services reach it. */
export async function registryReader(stack: Stack, program: string): Promise<ProcessSpec> {
  const { ports } = stack
  const folder = join(stack.folder, 'registry-reader')
  const configuration = renderRegistryReader({
    listen: `${host}:${ports['registry-reader']}`,
    upstream: `${host}:${ports.registry}`,
    folder,
    user: workerUser(),
  })
  return processSpec(
    {
      name: 'registry-reader',
      command: await nginxCommand(program, folder, configuration),
      cwd: folder,
      env: {},
      port: ports['registry-reader'],
      after: ['registry'],
      ready: { kind: 'http', url: `${stack.registryReaderUrl}/subjects` },
      stopSignal: 'SIGQUIT',
      stopTimeoutMs: 3_000,
    },
    configuration,
  )
}
