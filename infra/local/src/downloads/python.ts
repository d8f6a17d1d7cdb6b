import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { lock } from '../../ownership.mjs'
import { cacheFolder } from '../paths.ts'
import { say, step } from '../progress.ts'
import { run } from '../system/run.ts'
import { foundOrInstalled } from './apt.ts'

/** The oldest Python that the pinned tools run with; Debian 12 has it. */
const oldest = { major: 3, minor: 11 }

/** A virtual environment with what a requirements file pins. */
export interface PythonTools {
  folder: string
  /** Its interpreter: `python script.py` finds the packages. */
  python: string
  /** Path of a program that one of the packages brought. */
  bin(name: string): string
}

/**
 * The Python packages of a requirements file, in a virtual environment of the shared cache. It is made the first time, by
 * whoever comes first, with the pip of the machine as that is set up; another content or another Python is another folder.
 * @param requirements path of the file; what it names should be pinned, with all that needs, or today's tools are not tomorrow's
 * @throws StepError saying what to install where there is no fit Python, or what pip said
 */
export async function pythonTools(requirements: string, { cache = cacheFolder } = {}): Promise<PythonTools> {
  const interpreter = await findPython()
  const content = readFileSync(requirements, 'utf8')
  const key = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const folder = join(cache, `python-${interpreter.version}-${process.platform}-${process.arch}-${key}`)
  const tools: PythonTools = {
    folder,
    python: join(folder, 'bin/python'),
    bin: (name) => join(folder, 'bin', name),
  }
  if (isWhole(tools)) return tools
  const release = await lock(`${folder}.lock`, {
    what: 'installing Python packages',
    onWait: ({ pid, what }) => {
      if (pid !== process.pid) say(`  … waiting for process ${pid}, which is ${what}`)
    },
  })
  try {
    if (!isWhole(tools)) await step('install Python packages', () => fill(tools, interpreter.path, requirements))
  } finally {
    release()
  }
  return tools
}

/** Its programs begin with the path of its interpreter, so it is filled where it stays, and this file says that it is whole. */
const stamp = (tools: PythonTools) => join(tools.folder, '.whole')

/** Whole, in the place it was made for, and the Python that it was made with is still there (its interpreter is a link). */
function isWhole(tools: PythonTools): boolean {
  return existsSync(stamp(tools)) && readFileSync(stamp(tools), 'utf8') === tools.folder && existsSync(tools.python)
}

async function fill(tools: PythonTools, interpreter: string, requirements: string): Promise<void> {
  const advice =
    'PyPI has to be reachable (a proxy or mirror belongs into the settings of pip). Run the same command again.'
  rmSync(tools.folder, { recursive: true, force: true })
  mkdirSync(tools.folder, { recursive: true })
  await run([interpreter, '-m', 'venv', tools.folder], { advice })
  const quietly = ['--quiet', '--no-input', '--disable-pip-version-check']
  await run([tools.python, '-m', 'pip', 'install', ...quietly, '-r', requirements], { advice })
  writeFileSync(stamp(tools), tools.folder)
}

interface Interpreter {
  path: string
  /** `3.11`. */
  version: string
}

function findPython(): Promise<Interpreter> {
  const wanted = `${oldest.major}.${oldest.minor}`
  return foundOrInstalled(firstFit, ['python3', 'python3-venv'], {
    problem: `There is no Python ${wanted} or newer with venv and ensurepip.`,
    advice: `Install Python ${wanted} or newer (Debian: apt-get install python3 python3-venv; macOS: brew install python), then run the same command again.`,
  })
}

/** The first of the machine's Pythons that is new enough and can make environments: Debian's cannot without python3-venv. */
function firstFit(): Interpreter | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']
  const paths = names.flatMap((name) => [...new Set(folders)].filter(Boolean).map((folder) => join(folder, name)))
  for (const path of paths.filter((one) => existsSync(one))) {
    const version = versionOf(path)
    if (version) return { path, version }
  }
  return undefined
}

function versionOf(path: string): string | undefined {
  const look = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])'
  try {
    const answer = execFileSync(path, ['-c', look], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const [major = 0, minor = 0] = answer.split('.').map(Number)
    return major === oldest.major && minor >= oldest.minor ? answer : undefined
  } catch {
    return undefined
  }
}
