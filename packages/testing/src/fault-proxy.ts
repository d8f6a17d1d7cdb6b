import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { atEnd } from './at-end.ts'

/** What an interceptor may do on one connection. Bytes that it passes on are still subject to the proxy's own faults. */
export interface Ends {
  toServer(bytes: Buffer): void
  toClient(bytes: Buffer): void
  /** Cuts both ends (RST). */
  reset(): void
}

/** Called for each new connection; what it returns is given every byte and decides what becomes of it. */
export type Intercept = (ends: Ends) => { fromClient(bytes: Buffer): void; fromServer(bytes: Buffer): void }

/** A TCP proxy in front of a server, through which a test takes the network away and gives it back. */
export interface FaultProxy {
  port: number
  /** Opens a connection through the proxy, wherever it was to go: for clients that are told addresses by their server. */
  connect(): Socket
  /** `host:port` of the proxy, and the given URL with the proxy in the place of its server. */
  address: string
  through(url: string): string
  /** Every chunk, in both directions, arrives this much later. */
  delay(ms: number): void
  /** Holds all traffic back, losing nothing: a network that has stopped. New connections are accepted and held as well. */
  block(): void
  /** Takes everything and passes nothing on: a black hole. What is swallowed stays lost. */
  swallow(): void
  /** Refuses new connections and ends those that are open: a server that is down. */
  down(): Promise<void>
  /** Ends the open connections in order (FIN); new ones are let through. */
  drop(): void
  /** Ends the open connections with a reset (RST); new ones are let through. */
  reset(): void
  /** Ends every fault; what was held back flows. */
  resume(): Promise<void>
  close(): Promise<void>
}

interface Link {
  client: Socket
  server: Socket
}

const untouched: Intercept = ({ toServer, toClient }) => ({ fromClient: toServer, fromServer: toClient })

/** `target` is `host:port` or a URL with a port. Closed after the test file. */
export async function faultProxy(target: string, intercept = untouched): Promise<FaultProxy> {
  const origin = new URL(target.includes('://') ? target : `tcp://${target}`)
  const links = new Set<Link>()
  let mode: 'flow' | 'block' | 'swallow' = 'flow'
  let delayMs = 0

  function pass(to: Socket, bytes: Buffer): void {
    if (mode === 'swallow' || !to.writable) return
    if (delayMs === 0) to.write(bytes)
    else setTimeout(() => to.writable && to.write(bytes), delayMs)
  }

  function forward(from: Socket, to: Socket, take: (bytes: Buffer) => void): void {
    from.on('data', take)
    // An `end` waits behind the data that is still on its way.
    from.on('end', () => setTimeout(() => to.end(), delayMs))
    from.on('error', () => to.destroy())
    from.on('close', () => setTimeout(() => to.destroy(), delayMs))
  }

  const accept = (client: Socket) => {
    const link = { client, server: connect({ host: origin.hostname, port: Number(origin.port), noDelay: true }) }
    client.setNoDelay(true)
    links.add(link)
    link.client.once('close', () => links.delete(link))
    const { fromClient, fromServer } = intercept({
      toServer: (bytes) => pass(link.server, bytes),
      toClient: (bytes) => pass(link.client, bytes),
      reset: () => reset(link),
    })
    forward(link.client, link.server, fromClient)
    forward(link.server, link.client, fromServer)
    if (mode === 'block') pause(link)
  }
  const server = createServer(accept)
  const port = await listen(server, 0)

  const each = (act: (link: Link) => void) => {
    for (const link of [...links]) act(link)
  }
  const proxy: FaultProxy = {
    port,
    address: `127.0.0.1:${port}`,
    connect: () => connect({ host: '127.0.0.1', port, noDelay: true }),
    through(url) {
      const changed = new URL(url)
      changed.hostname = '127.0.0.1'
      changed.port = String(port)
      return changed.href
    },
    delay(ms) {
      delayMs = ms
    },
    block() {
      mode = 'block'
      each(pause)
    },
    swallow() {
      mode = 'swallow'
    },
    async down() {
      const closed = new Promise((resolve) => server.close(resolve))
      each(destroy)
      await closed
    },
    drop() {
      each(({ client, server }) => {
        client.end()
        server.end()
      })
    },
    reset() {
      each(reset)
    },
    async resume() {
      mode = 'flow'
      delayMs = 0
      each(({ client, server }) => {
        client.resume()
        server.resume()
      })
      if (!server.listening) await listen(server, port)
    },
    async close() {
      each(destroy)
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
  atEnd(() => proxy.close())
  return proxy
}

function pause({ client, server }: Link): void {
  client.pause()
  server.pause()
}

function reset({ client, server }: Link): void {
  client.resetAndDestroy()
  server.resetAndDestroy()
}

function destroy({ client, server }: Link): void {
  client.destroy()
  server.destroy()
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
