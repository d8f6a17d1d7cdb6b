import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { renderGateway } from '../../../gateway/nginx.ts'
import { sidesFolder } from '../deploy/sides.ts'
import { instancesOf, type Replicas, type Side } from '../replicas.ts'
import { host, routes, type Stack } from '../stack.ts'
import { type ProcessSpec, processSpec } from '../supervisor/process-spec.ts'
import { apiDocsFolder, prepareApiDocs } from './api-docs.ts'
import { nginxCommand, workerUser } from './nginx.ts'

/** Writes nginx's configuration and has nginx check it. */
export async function gateway(stack: Stack, program: string, replicas: Replicas = {}): Promise<ProcessSpec> {
  const folder = join(stack.folder, 'gateway')
  const docs = apiDocsFolder(stack)
  prepareApiDocs(docs)
  const addresses = (side: Side) => {
    const instances = Map.groupBy(
      instancesOf(stack, replicas, () => side),
      ({ service }) => service.name,
    )
    return Object.fromEntries([...instances].map(([name, all]) => [name, all.map(({ port }) => `${host}:${port}`)]))
  }
  const rendered = renderGateway({
    listen: `${host}:${stack.ports.gateway}`,
    upstreams: addresses('a'),
    otherSide: { upstreams: addresses('b'), folder: sidesFolder(stack) },
    routes,
    apiDocs: docs,
    folder,
    user: workerUser(),
    files: openFiles(),
  })
  const command = await nginxCommand(program, folder, rendered)
  return processSpec(
    {
      name: 'gateway',
      command,
      cwd: folder,
      env: {},
      port: stack.ports.gateway,
      after: instancesOf(stack, replicas).map(({ name }) => name),
      ready: { kind: 'http', url: `${stack.gatewayUrl}/healthz` },
      // Finishes what it is answering; event streams, which never finish, are cut off when the time is up.
      stopSignal: 'SIGQUIT',
      stopTimeoutMs: 3_000,
    },
    rendered,
  )
}

/** As many as a rush of thousands needs, or as this user may have. */
function openFiles(): number {
  const limit = Number(execFileSync('sh', ['-c', 'ulimit -Hn']).toString())
  return Math.min(32_768, Number.isNaN(limit) ? 32_768 : limit)
}
