import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, copyFileSync, cpSync, mkdirSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { copyContext } from './context.ts'
import { commandOf, flagOf, type Instruction, pairsOf, type Stage } from './dockerfile.ts'

/** What the last stage leaves: a file system, and how it is to be run. */
export interface Performed {
  /** Where `/` of the image is. */
  folder: string
  /** Of the file system above, where the base image has its own: the image's user may not be let into this workspace. */
  node: string
  workdir: string
  env: Record<string, string>
  command: string[]
  healthcheck: string[]
  user: { uid: number; gid: number }
  stopSignal: NodeJS.Signals
  labels: Record<string, string>
  ports: number[]
}

export interface PerformOptions {
  /** The build's context. */
  root: string
  /** Empty; a folder per stage is made in it. Outside of the repository, or its packages would be found from there. */
  work: string
  /** Of cache mounts; may be kept. */
  caches: string
}

/**
 * Does what each stage of a Dockerfile does, in a folder of its own instead of a container: this machine's programs, its
 * settings for the package registry, and the Node that runs this instead of the base image's. What that cannot show is
 * that the base image has what the commands need.
 */
export async function perform(stages: Stage[], { root, work, caches }: PerformOptions): Promise<Performed> {
  const folders = new Map<string, string>()
  const settings = await npmSettings(root)
  let image: Performed | undefined
  for (const { name, instructions } of stages) {
    const folder = join(work, name)
    mkdirSync(folder, { recursive: true })
    folders.set(name, folder)
    image = emptyImage(folder)
    for (const instruction of instructions) await follow(instruction, image, { root, caches, folders, settings })
  }
  if (!image) throw new Error('the Dockerfile has no stage')
  mkdirSync(dirname(image.node), { recursive: true })
  copyFileSync(process.execPath, image.node, constants.COPYFILE_FICLONE)
  return image
}

function emptyImage(folder: string): Performed {
  const user = { uid: 0, gid: 0 }
  return {
    folder,
    node: join(folder, 'usr/local/bin/node'),
    workdir: '/',
    env: {},
    command: [],
    healthcheck: [],
    user,
    stopSignal: 'SIGTERM',
    labels: {},
    ports: [],
  }
}

interface Around {
  root: string
  caches: string
  folders: Map<string, string>
  /** Environment of what is run. */
  settings: Record<string, string>
}

/** npm looks for the settings of a machine beside the node that runs it, which here is the workspace's and has none. */
async function npmSettings(root: string): Promise<Record<string, string>> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(root))
  const env = { ...process.env, PATH: folders.join(delimiter) }
  const asked = await promisify(execFile)('npm', ['config', 'get', 'globalconfig'], { cwd: tmpdir(), env })
  return { npm_config_globalconfig: asked.stdout.trim() }
}

async function follow(instruction: Instruction, image: Performed, around: Around): Promise<void> {
  const { name, text } = instruction
  if (name === 'WORKDIR') {
    image.workdir = text.startsWith('/') ? text : join(image.workdir, text)
    mkdirSync(join(image.folder, image.workdir), { recursive: true })
  } else if (name === 'COPY') copy(instruction, image, around)
  else if (name === 'RUN') await run(instruction, image, around)
  else if (name === 'ENV') Object.assign(image.env, pairsOf(text))
  else if (name === 'LABEL') Object.assign(image.labels, pairsOf(text))
  else if (name === 'EXPOSE') image.ports.push(...text.split(/\s+/).map(Number))
  else if (name === 'STOPSIGNAL') image.stopSignal = text as NodeJS.Signals
  else if (name === 'HEALTHCHECK') image.healthcheck = commandOf(text.replace(/^CMD\s*/, ''))
  else if (name === 'ENTRYPOINT') image.command = commandOf(text)
  else if (name === 'CMD') image.command.push(...commandOf(text))
  else if (name === 'USER') {
    const [uid, gid] = text.split(':').map(Number)
    if (!uid || !gid) throw new Error(`USER ${text} is not a user and a group by number, or is root`)
    image.user = { uid, gid }
  } else throw new Error(`${name} is not known here`)
}

function copy(instruction: Instruction, image: Performed, { root, folders }: Around): void {
  const [source, target, ...more] = instruction.text.split(/\s+/)
  if (!source || !target || more.length > 0) throw new Error(`COPY ${instruction.text}: one source and one target`)
  const to = join(image.folder, target.startsWith('/') ? target : join(image.workdir, target))
  mkdirSync(to, { recursive: true })
  const from = flagOf(instruction, 'from')
  if (from === undefined) {
    copyContext(join(root, source), to)
    return
  }
  const folder = folders.get(from)
  if (!folder) throw new Error(`COPY --from=${from}: there is no such stage`)
  for (const entry of readdirSync(join(folder, source)))
    cpSync(join(folder, source, entry), join(to, entry), { recursive: true, verbatimSymlinks: true })
}

async function run({ flags, text }: Instruction, image: Performed, { caches, settings }: Around): Promise<void> {
  let command = text
  for (const flag of flags) {
    const target = flag.match(/^--mount=type=cache,.*target=([^,]+)/)?.[1]
    if (!target) throw new Error(`${flag} is not known here`)
    const cache = join(caches, target)
    mkdirSync(cache, { recursive: true })
    // Paths of the image mean nothing to a shell outside of it.
    command = command.replaceAll(target, cache)
  }
  const [program, ...args] = commandOf(command)
  const output = await toItsEnd(program!, args, join(image.folder, image.workdir), { ...settings, ...image.env })
  if (output.code !== 0) throw new Error(`RUN ${text} ended with ${output.code}:\n${output.text}`)
}

/** Runs a program with this Node first on its path. */
export async function toItsEnd(program: string, args: string[], cwd: string, env: Record<string, string>) {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter)
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NODE_ENV: '', ...env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const [code] = await once(child, 'close')
  return { code: code as number | null, text }
}
