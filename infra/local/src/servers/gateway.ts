import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { renderGateway } from '../../../gateway/nginx.ts'
import { instancesOf, type Replicas } from '../replicas.ts'
import { host, routes, type Stack } from '../stack.ts'
import { type ProcessSpec, processSpec } from '../supervisor/process-spec.ts'
import { writeFileAtomic } from '../system/json-file.ts'
import { run } from '../system/run.ts'

/** Writes nginx's configuration and has nginx check it. */
export async function gateway(stack: Stack, program: string, replicas: Replicas = {}): Promise<ProcessSpec> {
  const folder = join(stack.folder, 'gateway')
  mkdirSync(folder, { recursive: true })
  const instances = instancesOf(stack, replicas)
  const upstreams: Record<string, string[]> = {}
  for (const { service, port } of instances)
    upstreams[service.name] = [...(upstreams[service.name] ?? []), `${host}:${port}`]
  const rendered = renderGateway({
    listen: `${host}:${stack.ports.gateway}`,
    upstreams,
    routes,
    folder,
    user: workerUser(),
    files: openFiles(),
  })
  const file = join(folder, 'nginx.conf')
  writeFileAtomic(file, rendered)
  const command = [program, '-e', 'stderr', '-p', folder, '-c', file]
  // Its access log is /dev/stdout, which cannot be opened where that is a socket, as it is for a child of Node.
  await run(['sh', '-c', '"$@" -t > /dev/null', 'sh', ...command])
  return processSpec(
    {
      name: 'gateway',
      command,
      cwd: folder,
      env: {},
      port: stack.ports.gateway,
      after: instances.map(({ name }) => name),
      ready: { kind: 'http', url: `${stack.gatewayUrl}/healthz` },
      // Finishes what it is answering; event streams, which never finish, are cut off when the time is up.
      stopSignal: 'SIGQUIT',
      stopTimeoutMs: 3_000,
    },
    rendered,
  )
}

/** As root, nginx would hand its workers to a user who may not even enter the folder of this clone. */
export function workerUser(): string | undefined {
  if (process.getuid?.() !== 0) return undefined
  return process.platform === 'darwin' ? 'root wheel' : 'root'
}

/** As many as a rush of thousands needs, or as this user may have. */
function openFiles(): number {
  const limit = Number(execFileSync('sh', ['-c', 'ulimit -Hn']).toString())
  return Math.min(32_768, Number.isNaN(limit) ? 32_768 : limit)
}
