import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { services as definitions, postgresUrl, readSecrets, type ServiceName, stack } from '@firstcome/local'
import { waitFor } from '@firstcome/testing'
import pg from 'pg'

/** The six services of the test stack. */
export const services: ServiceName[] = definitions.map(({ name }) => name)

/** Rows of a query as superuser: what no client may do, a test does to look behind the scene or to set one up. */
export async function query<Row extends object>(database: string, sql: string, ...values: unknown[]): Promise<Row[]> {
  const test = stack('test')
  const client = new pg.Client(postgresUrl(test, readSecrets(test), 'postgres', database))
  await client.connect()
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}

/** Where the test stack's broker keeps its partitions. */
export function kafkaLogFolder(): string {
  return join(stack('test').folder, 'kafka/data')
}

export interface Killed {
  /** Of the process: `coupon-worker-2`, `redis`. */
  name: string
  pid: number
}

/** kill -9, by the pid that the stack's supervisor has on record; the supervisor starts it again. */
export function kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Killed {
  const pid = processOf(name)?.process?.pid
  if (pid === undefined) throw new Error(`${name} is not running`)
  process.kill(pid, signal)
  return { name, pid }
}

/** Holds processes still, as if their machine hung: connections stay open, and nobody answers. Returns what lets them go on. */
export function suspend(names: string[]): () => void {
  const held = names.map((name) => kill(name, 'SIGSTOP'))
  return () => {
    for (const { pid } of held.splice(0)) process.kill(pid, 'SIGCONT')
  }
}

/** Ends Postgres at once, without the farewells: its sessions break, and it recovers from its log when it is started again. */
export function crashPostgres(): Killed {
  return kill('postgres', 'SIGQUIT')
}

/**
 * Resolves when the supervisor has started it again and it is ready; a service waits for its group, up to a session timeout. A
 * broker that was killed looks through the partitions of everybody's topics: half a minute on two cores that are not busy.
 */
export async function restarted({ name, pid }: Killed): Promise<void> {
  const back = () => {
    const now = processOf(name)
    return now?.phase === 'ready' && now.process?.pid !== pid
  }
  await waitFor(`${name} to be back`, back, { timeoutMs: 240_000 })
}

/** Of a process that runs. */
export function pidOf(name: string): number | undefined {
  return processOf(name)?.process?.pid
}

interface ProcessState {
  name: string
  phase: string
  process?: { pid: number }
}

function processOf(name: string): ProcessState | undefined {
  const state = JSON.parse(readFileSync(join(stack('test').folder, 'state.json'), 'utf8'))
  return (state.processes as ProcessState[]).find((one) => one.name === name)
}

/** The Java and the jars that the test stack's broker runs on; Kafka's own tools are among those. */
export function brokerProgram(): { java: string; classPath: string } {
  const wanted = JSON.parse(readFileSync(join(stack('test').folder, 'wanted.json'), 'utf8'))
  const broker = (wanted.processes as { name: string; command: string[] }[]).find(({ name }) => name === 'kafka')
  const java = broker?.command[0]
  const classPath = broker?.command[broker.command.indexOf('-cp') + 1]
  if (!java || !classPath) throw new Error('the test stack runs no broker')
  return { java, classPath }
}
