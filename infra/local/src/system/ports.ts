import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { StepError } from '../progress.ts'
import { host, offsetSetting } from '../stack.ts'

/** Throws a StepError that names each taken port, who wants it and how to move. */
export async function requireFreePorts(wanted: { name: string; port: number }[], offset: number): Promise<void> {
  const checks = await Promise.all(wanted.map(async (one) => ((await isFree(one.port)) ? [] : [one])))
  const taken = checks.flat()
  if (taken.length === 0) return
  const list = taken.map(({ name, port }) => `port ${port}, which ${name} needs`).join('; ')
  throw new StepError(`In use by another program: ${list}.`, {
    advice: [
      `Stop that program (${finder(taken[0]!.port)}),`,
      `or move all ports of the system together: ${offsetSetting}=${offset + 10000} npm start`,
    ].join('\n'),
  })
}

const finder = (port: number) =>
  process.platform === 'linux' ? `ss -ltnp 'sport = :${port}'` : `lsof -nP -iTCP:${port} -sTCP:LISTEN`

export async function isFree(port: number): Promise<boolean> {
  // A listener on all addresses may let us bind to this one (macOS), and would then be shadowed: so knock first.
  return !(await somebodyAnswers(port)) && (await canListen(port))
}

function somebodyAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 }, () => settle(true))
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('error', () => settle(false))
    socket.on('timeout', () => settle(true))
  })
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port }, () => server.close(() => resolve(true)))
  })
}

/** How many connections there are to servers of this machine that listen on these ports, accepted or still waiting for that. */
export function openConnections(ports: number[]): number {
  if (process.platform !== 'linux') {
    const listed = spawnSync('lsof', ['-nP', '-sTCP:ESTABLISHED', ...ports.map((port) => `-iTCP:${port}`)])
    const servers = new RegExp(`:(${ports.join('|')})->`)
    return `${listed.stdout ?? ''}`.split('\n').filter((line) => servers.test(line)).length
  }
  // Local address, remote address, state; in hexadecimal, 01 is an established connection.
  const table = readFileSync('/proc/net/tcp', 'latin1')
  const established = [...table.matchAll(/^ *\d+: [0-9A-F]{8}:([0-9A-F]{4}) [0-9A-F:]+ 01 /gm)]
  return established.filter(([, port]) => ports.includes(Number.parseInt(port!, 16))).length
}
