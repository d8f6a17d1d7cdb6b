#!/usr/bin/env node
// Plain JavaScript for Node 20 and up, without dependencies: it brings the machine to the point where everything else can
// run, which is pinned tools in node_modules (Node 26 among them), and then hands over to src/cli.ts.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { constants as os } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lock } from './ownership.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const stamp = join(root, 'node_modules/.firstcome-installed')
const pnpmLink = join(root, '.local/bin/pnpm')
const [command = '', ...args] = process.argv.slice(2)
/** These run the sources, which may need what was added to the lockfile; the others make do with what is there. */
const needsAll = ['start', 'deploy:service', 'test', 'test:faults', 'images', 'bench', 'dev', 'turbo'].includes(command)
const needsJava = needsAll && command !== 'turbo' && !args.includes('--docker')

if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node ${process.versions.node} is too old.`, 'Install Node 20 or newer.')
if (needsJava) {
  requireJava()
  if (!onPath('mvn')) fail('Maven is not installed.', 'Install Maven (Debian: apt-get install maven).')
}
if (needsAll ? !isInstalled() : !existsSync(pinnedNode())) {
  // What was never installed was never started: no need to download anything to say so.
  if (['stop', 'status', 'logs'].includes(command) && !existsSync(join(root, '.local'))) {
    console.log('Firstcome is not running here (npm start).')
    process.exit(command === 'stop' ? 0 : 1)
  }
  await install()
}
process.exitCode = await handOver()

function isInstalled() {
  try {
    return (
      readFileSync(stamp, 'utf8') === fingerprint() && existsSync(pinnedNode()) && existsSync(realpathSync(pnpmLink))
    )
  } catch {
    return false
  }
}

/** Changes with everything that decides what is installed. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)))
  return hash.update(`${packageManager()} ${process.platform} ${process.arch}`).digest('hex')
}

function packageManager() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
}

async function install() {
  const release = await lock(join(root, '.local/install-lock'), {
    what: 'installing',
    onWait: ({ pid }) => say(`  … waiting for process ${pid}, which is installing the packages`),
  })
  const began = Date.now()
  const elapsed = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
  const heartbeat = setInterval(() => say(`  … install packages, ${elapsed()} so far`), 10_000)
  try {
    if (isInstalled()) return
    const pnpm = packageManager()
    // This is the pinned pnpm already: it need not look for itself in the registry, nor note itself in the lockfile.
    await quietly('npx', ['-y', pnpm, 'install', '--frozen-lockfile', '--config.pm-on-fail=ignore'])
    // Tools that call pnpm by its name find the pinned one, not whatever the machine has.
    const path = (await quietly('npx', ['-y', '-p', pnpm, '-c', 'command -v pnpm'])).trim().split('\n').at(-1)
    mkdirSync(join(root, '.local/bin'), { recursive: true })
    symlinkSync(realpathSync(path), `${pnpmLink}.${process.pid}`)
    renameSync(`${pnpmLink}.${process.pid}`, pnpmLink)
    writeFileSync(stamp, fingerprint())
    say(`  ✓ ${'install packages'.padEnd(62)} ${elapsed().padStart(8)}`)
  } catch (error) {
    const advice = `${error.output}`.includes('OUTDATED_LOCKFILE')
      ? `pnpm-lock.yaml does not match the package.json files: npx -y ${packageManager()} install`
      : 'The npm registry has to be reachable. What was downloaded is kept: run the same command again.'
    fail(`${error.output ?? error}\nThe packages could not be installed.`, advice)
  } finally {
    clearInterval(heartbeat)
    release()
  }
}

/** Progress goes to stderr: a command's stdout may be read by a program. */
function say(line) {
  process.stderr.write(`${line}\n`)
}

function quietly(program, programArgs) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArgs, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const both = []
    const out = []
    child.stdout.on('data', (chunk) => both.push(chunk) && out.push(chunk))
    child.stderr.on('data', (chunk) => both.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      const output = Buffer.concat(both).toString().split('\n').slice(-30).join('\n')
      if (code === 0) resolve(Buffer.concat(out).toString())
      else reject(Object.assign(new Error(`${program} exited with ${code}`), { output }))
    })
  })
}

function requireJava() {
  const advice = 'Install a Java 17 (or newer) runtime (Debian: apt-get install openjdk-17-jre-headless).'
  const home = process.env.JAVA_HOME
  const java = home ? join(home, 'bin/java') : onPath('java')
  if (!java || !isExecutable(java)) fail(`Java is not installed${home ? ` in JAVA_HOME (${home})` : ''}.`, advice)
  // It writes its version to stderr: openjdk version "17.0.15" …
  const version = spawnSync(java, ['-version']).stderr?.toString() ?? ''
  const major = Number(version.match(/version "(\d+)/)?.[1])
  if (!(major >= 17)) fail(`${java} is too old or does not run: ${version.split('\n')[0]}`, advice)
}

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function pinnedNode() {
  return join(root, 'node_modules/node/bin/node')
}

/** Runs the command with the pinned Node and ends as it ends. */
function handOver() {
  const cli = fileURLToPath(new URL('./src/cli.ts', import.meta.url))
  const child = spawn(realpathSync(pinnedNode()), [cli, command, ...args], { stdio: 'inherit' })
  // Ctrl-C reaches both of us; a signal sent to this process alone has to be passed on.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  return new Promise((resolve) => child.on('exit', (code, by) => resolve(by ? 128 + os.signals[by] : code)))
}

function fail(problem, advice) {
  console.error(`${problem}\n${advice}`)
  process.exit(1)
}
