import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root, toolPath } from '../paths.ts'
import { services } from '../stack.ts'
import { UsageError } from './usage-error.ts'

const usage = 'images check [service …]: Dockerfiles and compose.yaml held against linters, and each stage performed'

/** Looks whether the images of all services, or of those named, are sound, without a container engine: see infra/images. */
export async function images([action, ...names]: string[]): Promise<number> {
  if (action !== 'check') throw new UsageError(usage)
  const known = services.map(({ name }) => String(name))
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new UsageError(`No service is called ${unknown.join(', ')}. There are: ${known.join(', ')}`)
  const child = spawn('vitest', ['run', '--config', '../../vitest.config.ts', '--root', '.', 'images', 'compose'], {
    cwd: join(root, 'infra/images'),
    env: { ...process.env, PATH: toolPath, FIRSTCOME_IMAGES: (names.length > 0 ? names : known).join(',') },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  return code ?? 1
}
