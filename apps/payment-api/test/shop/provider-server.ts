import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

/** What is told of a payment to whoever moves the money. */
interface Told {
  paymentId: string
  orderId: string
  amount: number
  method: string
}

/**
 * A payment provider that outlives the service: a server in the test's own process, whose books say what was moved. It takes
 * money as often as it is told to, unlike a real one, so that a charge sent twice shows; it gives back once for each id. The
 * method `silent` is taken, and never answered.
 */
export async function startProvider() {
  const taken: Told[] = []
  const refunded: Told[] = []
  const state = { away: false }
  const has = (books: Told[], { paymentId }: Told) => books.some((one) => one.paymentId === paymentId)
  const act: Record<string, (told: Told) => string | undefined> = {
    charge(told) {
      taken.push(told)
      return told.method === 'silent' ? undefined : 'TAKEN'
    },
    find: (told) => (has(taken, told) ? 'TAKEN' : 'ABSENT'),
    refund(told) {
      if (!has(refunded, told)) refunded.push(told)
      return 'DONE'
    },
  }

  const server = createServer(async (request, response) => {
    const told: Told = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString())
    // Without an answer the connection stays open, until the caller gives up.
    const answer = state.away ? undefined : act[request.url!.slice(1)]?.(told)
    if (answer) response.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    refunded,
    /** From now on it hears nothing, or does again. */
    away(away: boolean) {
      state.away = away
    },
  }
}
