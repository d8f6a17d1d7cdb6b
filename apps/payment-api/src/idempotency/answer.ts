import { Problem, type Reply } from '@firstcome/service'

/** A final answer in a form that outlives the process: enough to give it again, word for word. */
export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: unknown
  /** Set where the answer is a problem: what its document is made of. */
  problem?: { code: string; detail: string; members: Record<string, unknown> }
}

export function answerOf(problem: Problem): Answer {
  const { status, headers, code, message: detail, members } = problem
  return { status, headers, problem: { code, detail, members } }
}

/** Gives a stored answer again, and says so. @throws Problem where the answer was one */
export function replay({ status, headers, body, problem }: Answer): Reply {
  const marked = { ...headers, 'Idempotent-Replayed': 'true' }
  if (problem) throw new Problem(status, problem.code, problem.detail, { ...problem.members, headers: marked })
  return { status, headers: marked, body }
}
