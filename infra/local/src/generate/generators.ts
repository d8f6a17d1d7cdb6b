import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderGateway } from '../../../gateway/nginx.ts'
import { renderRegistryReader } from '../../../registry/reader.ts'
import { root } from '../paths.ts'
import { routes, services } from '../stack.ts'
import { writeFileAtomic } from '../system/json-file.ts'
import { run } from '../system/run.ts'
import { renderClusterSettings, renderCompose } from './compose.ts'
import { renderDockerfile } from './dockerfile.ts'
import { renderOwners } from './owners.ts'

/** Writes what is generated; with `check` only compares. Returns what was out of date. */
export type Generator = (check: boolean) => Promise<string[]>

const upstreams = Object.fromEntries(services.map(({ name }) => [name, [`${name}:8080`]]))

export const generators: Generator[] = [
  // The contracts' types first: the other two import the catalogue, which is made of them.
  inTurn(
    command('packages/events/src/commands/generate.ts'),
    atOnce(
      command('packages/service/src/commands/env-example.ts'),
      command('infra/reference/src/commands/generate.ts'),
    ),
  ),
  file('infra/compose.yaml', renderCompose),
  file('infra/compose.cluster.env', renderClusterSettings),
  file('infra/postgres/owners.sql', renderOwners),
  ...services.map((service) => file(`apps/${service.name}/Dockerfile`, () => renderDockerfile(service))),
  file(
    'infra/registry/compose.conf',
    () => `# Generated from infra/registry/reader.ts by \`npm run generate\`: change it there.
${renderRegistryReader({ listen: '8080', upstream: 'registry:8080', folder: '/tmp', user: 'nginx' })}`,
  ),
  file(
    'infra/gateway/compose.conf',
    () => `# Generated from infra/gateway/nginx.ts by \`npm run generate\`: change it there.
${renderGateway({ listen: '8080', upstreams, routes, apiDocs: '/usr/share/nginx/api-docs', folder: '/tmp', user: 'nginx' })}`,
  ),
]

function file(path: string, render: () => string): Generator {
  return async (check) => {
    const target = join(root, path)
    const wanted = render()
    if (existsSync(target) && readFileSync(target, 'utf8') === wanted) return []
    if (!check) writeFileAtomic(target, wanted, 0o644)
    return [path]
  }
}

function inTurn(...generators: Generator[]): Generator {
  return async (check) => {
    const changed: string[] = []
    for (const generate of generators) changed.push(...(await generate(check)))
    return changed
  }
}

function atOnce(...generators: Generator[]): Generator {
  return async (check) => (await Promise.all(generators.map((generate) => generate(check)))).flat()
}

/** A package's own generator, which takes --check and then ends with 1 when something is out of date. */
function command(path: string): Generator {
  return async (check) => {
    const args = check ? ['--check'] : []
    return run([process.execPath, join(root, path), ...args]).then(
      () => [],
      (error) => {
        if (check) return [`what ${path} writes`]
        throw error
      },
    )
  }
}
