import { chmodSync, copyFileSync, globSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '@firstcome/local'
import { freePort, testDatabase, testFolder, testPrefix, testStack, waitFor } from '@firstcome/testing'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { parseDockerfile, type Stage } from '../src/dockerfile.ts'
import { lintDockerfiles } from '../src/lint.ts'
import { type Performed, perform } from '../src/perform.ts'
import { checkHealth, start } from '../src/start.ts'

const root = join(import.meta.dirname, '../../..')
const dockerfile = (name: string) => join(root, 'apps', name, 'Dockerfile')

/** One of the six, which differ in their names alone; `pnpm images check` names all. */
const chosen = process.env.FIRSTCOME_IMAGES?.split(',') ?? ['coupon-worker']
const prefix = testPrefix()

test('hadolint has nothing to say about the Dockerfiles of the six services', async () => {
  expect(globSync('apps/*/Dockerfile', { cwd: root })).toHaveLength(services.length)
  expect(await lintDockerfiles(services.map(({ name }) => dockerfile(name)))).toBe('')
})

describe.each(services.filter(({ name }) => chosen.includes(name)))('the image of $name', ({ name, owns }) => {
  const work = testFolder()
  let image: Performed
  const files = () => readdirSync(join(image.folder, image.workdir))

  beforeAll(async () => {
    // Its steps run as root, the service as a user of its own.
    chmodSync(work, 0o755)
    const stages = parseDockerfile(readFileSync(dockerfile(name), 'utf8'))
    image = await performed(stages, work)
  }, 600_000)

  test('holds the artifact and nothing else, which its user may read and not change', () => {
    const kept = files()
    expect(kept).toEqual(expect.arrayContaining(['main.js', 'topics.js', 'register.js', 'package.json']))
    expect(
      kept.filter((file) => !/^(main|topics|register|migrate|snappy|migrations|package\.json)/.test(file)),
    ).toEqual([])
    expect(image.user.uid).toBeGreaterThan(0)
    const open = kept.filter((file) => (statSync(join(image.folder, image.workdir, file)).mode & 0o022) !== 0)
    expect(open).toEqual([])
    expect(image.labels['org.opencontainers.image.title']).toBe(name)
  })

  test('runs its steps and then the service, is found to be well, and stops when it is told to', async () => {
    const port = await freePort()
    expect(image.ports).toEqual([Number(image.env.PORT)])
    const env = { ...(await surroundings(name, work, owns !== undefined)), HOST: '127.0.0.1', PORT: String(port) }
    for (const step of ['topics.js', 'migrate.js'].filter((file) => files().includes(file))) {
      await runJob(image, env, step)
    }
    expect(await checkHealth(image, env)).toBe(1)

    const service = start(image, env)
    onTestFinished(() => service.kill('SIGKILL'))
    const answer = () => fetch(`http://127.0.0.1:${port}/health/ready`)
    const settled = async () => service.exit() !== undefined || (await answer()).ok
    await waitFor(`${name} to be ready`, settled, { timeoutMs: 120_000 })
    expect(service.exit(), service.output()).toBe(undefined)
    expect(await checkHealth(image, env)).toBe(0)
    service.kill(image.stopSignal)
    expect(await service.ended, service.output()).toBe(0)
  }, 240_000)
})

/** Twice where it fails: its packages come from a registry elsewhere, which may not answer once. */
async function performed(stages: Stage[], work: string): Promise<Performed> {
  const attempt = (name: string) => {
    mkdirSync(join(work, name))
    return perform(stages, { root, work: join(work, name), caches: join(root, '.local/cache/images') })
  }
  return attempt('first').catch((error: Error) => {
    console.warn(`performed once more: ${error.message}`)
    return attempt('second')
  })
}

/** A step of a deployment, as often as compose.yaml has it tried (on-failure:3): a busy broker may not be done in time. */
async function runJob(image: Performed, env: Record<string, string>, step: string): Promise<void> {
  const outputs: string[] = []
  while (outputs.length < 4) {
    const job = start(image, env, [step])
    if ((await job.ended) === 0) return
    outputs.push(job.output())
  }
  throw new Error(`${step} failed each time:\n${outputs.join('\n')}`)
}

/** What the engine would be told: topics, keys and a database of this test's own. */
async function surroundings(name: string, work: string, database: boolean): Promise<Record<string, string>> {
  const stack = testStack()
  const jwks = join(work, 'jwks.json')
  copyFileSync(stack.jwks, jwks)
  chmodSync(jwks, 0o644)
  return {
    KAFKA_BROKERS: stack.brokers,
    KAFKA_PREFIX: prefix,
    SCHEMA_REGISTRY_URL: stack.registryUrl,
    REDIS_URL: stack.redisUrl,
    REDIS_KEY_PREFIX: `${prefix}${name}:`,
    JWT_JWKS: jwks,
    JWT_ISSUER: 'firstcome',
    JWT_AUDIENCE: 'firstcome',
    ...(database && { DATABASE_URL: (await testDatabase()).url }),
  }
}
