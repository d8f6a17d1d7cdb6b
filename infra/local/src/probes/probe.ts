import { httpAnswers } from './http.ts'
import { kafkaAnswers } from './kafka.ts'
import { postgresAnswers } from './postgres.ts'
import { redisAnswers } from './redis.ts'

/** How to ask a process whether it does its work; plain data, so that it can be written down. */
export type Probe =
  | { kind: 'http'; url: string }
  | { kind: 'kafka'; port: number }
  | { kind: 'postgres'; url: string }
  | { kind: 'redis'; port: number }

/** Resolves when it does, rejects with the reason when not; answers within about a second. */
export async function probe(what: Probe): Promise<void> {
  switch (what.kind) {
    case 'http':
      return httpAnswers(what.url)
    case 'kafka':
      return kafkaAnswers(what.port)
    case 'postgres':
      return postgresAnswers(what.url)
    case 'redis':
      return redisAnswers(what.port)
  }
}
