import { STATUS_CODES } from 'node:http'

export interface ProblemExtra {
  headers?: Record<string, string>
  [member: string]: unknown
}

/**
 * An answer that says no: thrown anywhere in a handler, sent as RFC 9457 `application/problem+json`.
 * `code` is stable and meant for programs, `detail` for people. Members of `extra` are added to the document.
 */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Record<string, string>
  readonly members: Record<string, unknown>

  constructor(status: number, code: string, detail: string, extra: ProblemExtra = {}) {
    super(detail)
    this.name = 'Problem'
    const { headers, ...members } = extra
    this.status = status
    this.code = code
    this.headers = headers ?? {}
    this.members = members
  }
}

/** The JSON document of a problem. */
export function problemDocument(problem: Problem, traceId: string | undefined): Record<string, unknown> {
  return {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    traceId,
    ...problem.members,
  }
}
