import { atEnd } from '../measure/endings.ts'
import { percentile } from '../measure/figures.ts'
import { type Answer, openConnection } from './connection.ts'

export interface Load {
  /** Connections are spread over them. */
  urls: string[]
  connections: number
  /** No limit where it is not given. */
  seconds?: number
  /** The text of the n-th request, from 0; undefined: there is none any more. */
  next: (n: number) => string | undefined
  /** What a good answer says. */
  status: number
  /** Told of the answer to the n-th request. */
  answered?: (answer: Answer, n: number) => void
}

export interface Loaded {
  requests: number
  figures: { 'requests/s': number; 'p50 ms': number; 'p99 ms': number }
}

/** Each connection asks again as soon as it is answered. @throws on any other answer than the one that was expected. */
export async function closedLoop({
  urls,
  connections,
  seconds = Number.POSITIVE_INFINITY,
  next,
  status,
  answered,
}: Load): Promise<Loaded> {
  const open = await Promise.all(Array.from({ length: connections }, (_, i) => openConnection(urls[i % urls.length]!)))
  const close = atEnd(async () => {
    for (const connection of open) connection.close()
  })
  const taken: number[] = []
  let count = 0
  const began = performance.now()
  const ends = began + seconds * 1000
  try {
    await Promise.all(
      open.map(async (connection) => {
        for (let asked = performance.now(); asked < ends; ) {
          const n = count++
          const request = next(n)
          if (request === undefined) return
          const answer = await connection.exchange(request)
          if (answer.status !== status) throw new Error(`answered ${answer.status}: ${answer.body}`)
          const now = performance.now()
          taken.push(now - asked)
          answered?.(answer, n)
          asked = now
        }
      }),
    )
  } finally {
    await close()
  }
  const took = performance.now() - began
  const requests = taken.length
  const perSecond = (requests * 1000) / took
  return {
    requests,
    figures: { 'requests/s': perSecond, 'p50 ms': percentile(taken, 50), 'p99 ms': percentile(taken, 99) },
  }
}
