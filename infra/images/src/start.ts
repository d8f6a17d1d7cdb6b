import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Performed } from './perform.ts'

export interface Started {
  output(): string
  /** Exit code; null when a signal ended it. Undefined while it runs. */
  exit(): number | null | undefined
  ended: Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

/** Runs the image's command, or other arguments of its entry point, as its user where this process may choose one. */
export function start(image: Performed, env: Record<string, string>, args = image.command.slice(1)): Started {
  return inImage(image, [image.command[0]!, ...args], env)
}

/** What the engine runs now and then: exit 0 when the container is well. */
export async function checkHealth(image: Performed, env: Record<string, string>): Promise<number | null> {
  return inImage(image, image.healthcheck, env).ended
}

function inImage(image: Performed, [program, ...args]: string[], env: Record<string, string>): Started {
  if (program !== 'node') throw new Error(`${program} is not in the image`)
  const child = spawn(image.node, args, {
    cwd: join(image.folder, image.workdir),
    env: { ...image.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(process.getuid?.() === 0 && image.user),
  })
  let text = ''
  let exit: number | null | undefined
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const ended = once(child, 'close').then(([code]) => {
    exit = code
    return code
  })
  return { output: () => text, exit: () => exit, ended, kill: (signal) => void child.kill(signal) }
}
