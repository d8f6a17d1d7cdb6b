import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '../system/json-file.ts'
import { run } from '../system/run.ts'

/** Writes a configuration of nginx into the folder, has nginx check it, and returns the command that runs it. */
export async function nginxCommand(program: string, folder: string, configuration: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'nginx.conf')
  writeFileAtomic(file, configuration)
  const command = [program, '-e', 'stderr', '-p', folder, '-c', file]
  // An access log may be /dev/stdout, which cannot be opened where that is a socket, as it is for a child of Node.
  await run(['sh', '-c', '"$@" -t > /dev/null', 'sh', ...command])
  return command
}

/** As root, nginx would hand its workers to a user who may not even enter the folder of this clone. */
export function workerUser(): string | undefined {
  if (process.getuid?.() !== 0) return undefined
  return process.platform === 'darwin' ? 'root wheel' : 'root'
}
