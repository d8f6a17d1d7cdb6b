import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lock } from '../../ownership.mjs'
import { cacheFolder } from '../paths.ts'
import { StepError, step } from '../progress.ts'
import { onPath } from '../system/on-path.ts'
import { run } from '../system/run.ts'

/**
 * What `find` finds; on Debian, as root, its packages are installed first where it finds nothing.
 * @param missing what to say where they cannot be installed, with what a person can do
 */
export async function foundOrInstalled<T>(
  find: () => T | undefined,
  packages: string[],
  missing: { problem: string; advice: string },
): Promise<T> {
  const { problem, advice } = missing
  const there = find()
  if (there !== undefined) return there
  if (process.getuid?.() !== 0 || !onPath('apt-get')) throw new StepError(problem, { advice })
  const release = await lock(join(cacheFolder, 'lock'), { what: `installing ${packages[0]}` })
  try {
    // Whoever held the lock may have installed it.
    if (find() === undefined) await step(`install ${packages[0]} (apt-get)`, () => aptInstall(packages, advice))
  } finally {
    release()
  }
  const installed = find()
  if (installed === undefined) throw new StepError(`${problem} apt-get installed nothing that helps.`, { advice })
  return installed
}

async function aptInstall(packages: string[], advice: string): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'a' }
  await run(['apt-get', 'update', '-qq'], { env, advice })
  await withoutServiceStart(() =>
    run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages], { env, advice }),
  )
}

/** A policy of 101 is Debian's way to say that a package must not start a service while it is installed. */
async function withoutServiceStart<T>(work: () => Promise<T>): Promise<T> {
  const policy = '/usr/sbin/policy-rc.d'
  // A machine that has a policy of its own keeps it.
  if (existsSync(policy)) return work()
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await work()
  } finally {
    rmSync(policy, { force: true })
  }
}
