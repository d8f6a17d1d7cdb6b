import { join } from 'node:path'
import { pythonTools } from '@firstcome/local'
import { toItsEnd } from './perform.ts'

const here = join(import.meta.dirname, '..')

/** What hadolint has to say about these Dockerfiles: nothing when all is well. */
export async function lintDockerfiles(files: string[]): Promise<string> {
  const tools = await pythonTools(join(here, 'requirements.txt'))
  const { text } = await toItsEnd(tools.bin('hadolint'), ['--no-color', ...files], here, {})
  return text.trim()
}

/** What dclint has to say about this compose file, the schema of the compose specification first: nothing when all is well. */
export async function lintCompose(file: string): Promise<string> {
  const program = join(here, 'node_modules/.bin/dclint')
  const { text } = await toItsEnd(
    program,
    ['--config', join(here, '../.dclintrc.yaml'), '--max-warnings', '0', file],
    here,
    {},
  )
  return text.trim()
}

/** What `docker compose config` says against this file with these variables; undefined where there is no such program. */
export async function composeConfig(files: { compose: string; env: string[] }): Promise<string | undefined> {
  const version = await toItsEnd('docker', ['compose', 'version'], here, {}).catch(() => undefined)
  if (version?.code !== 0) return undefined
  const env = files.env.flatMap((file) => ['--env-file', file])
  const { code, text } = await toItsEnd(
    'docker',
    ['compose', ...env, '-f', files.compose, 'config', '--quiet'],
    here,
    {},
  )
  return code === 0 ? '' : text
}
