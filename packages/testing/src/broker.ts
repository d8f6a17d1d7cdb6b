import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { brokerCommand, downloadKafka, freePort, kafkaAnswers, newClusterId, prepareBroker } from '@firstcome/local'
import { atEnd } from './at-end.ts'
import { testFolder } from './folder.ts'
import { waitFor } from './wait-for.ts'

/** A Kafka broker that belongs to one test file, which may take it away: the shared one may not be touched. */
export interface TestBroker {
  /** `host:port`, the same after a restart. */
  brokers: string
  port: number
  /** Resolves once it takes requests, with the data it had. Starting what runs does nothing. */
  start(): Promise<void>
  /** In order (SIGTERM): it has closed its log when this resolves. */
  stop(): Promise<void>
  /** As a crash (SIGKILL): what it had not done is not done. */
  kill(): Promise<void>
  /** Stops and continues its process: alive, and silent. */
  freeze(): void
  thaw(): void
  output(): string
}

/**
 * Otherwise a broker that was killed waits nine seconds for its former self to be given up. Not much shorter: one that stood still
 * for so long is given up, too, and refuses to make topics until it has joined again.
 */
const quickToReturn = { 'broker.session.timeout.ms': '4000', 'broker.heartbeat.interval.ms': '300' }

/**
 * Starts a broker (a few seconds, about 300 MB) with the settings of the shared one; `settings` adds to and overrides them.
 * It has no registry: contracts stay with the shared stack's. Ended, and its data removed, after the test file.
 */
export async function testBroker(settings: Record<string, string> = {}): Promise<TestBroker> {
  const jars = await downloadKafka()
  const port = await freePort()
  const folder = testFolder()
  const place = { folder, port, controllerPort: await freePort(), settings: { ...quickToReturn, ...settings } }
  await prepareBroker(place, newClusterId(), jars).catch((error) => {
    throw new Error(`the test broker could not be set up: ${error.message}\n${error.details ?? ''}`, { cause: error })
  })

  let running: ChildProcess | undefined
  let output = ''

  async function start(): Promise<void> {
    if (running) return
    const [program, ...args] = brokerCommand(place, jars, '256m')
    const child = spawn(program!, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const keep = (chunk: Buffer) => {
      output = (output + chunk).slice(-200_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    running = child
    const failed = (why: string) => new Error(`the test broker ${why}:\n${output.slice(-5_000)}`)
    const answers = async () => {
      if (child.exitCode === null && child.signalCode === null) await kafkaAnswers(port)
      return true
    }
    await waitFor(`an answer of the broker on port ${port}`, answers, { timeoutMs: 60_000 }).catch((error) => {
      throw failed(error.message)
    })
    if (child.exitCode !== null || child.signalCode !== null) throw failed('ended before it was ready')
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = running
    if (!child) return
    running = undefined
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  atEnd(() => end('SIGKILL'))
  await start()
  return {
    brokers: `127.0.0.1:${port}`,
    port,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void running?.kill('SIGSTOP'),
    thaw: () => void running?.kill('SIGCONT'),
    output: () => output,
  }
}
