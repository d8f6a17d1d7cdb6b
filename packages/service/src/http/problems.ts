import { Problem } from './problem.ts'

/** Answers of the kit itself; the codes are part of the public contract. */
export const problems = {
  malformedJson: () => new Problem(400, 'MALFORMED_JSON', 'The body is not valid JSON.'),
  malformedRequest: () => new Problem(400, 'MALFORMED_REQUEST', 'The request could not be read.'),
  notFound: () => new Problem(404, 'ROUTE_NOT_FOUND', 'There is nothing at this path.'),
  methodNotAllowed: (allow: string) =>
    new Problem(405, 'METHOD_NOT_ALLOWED', `This path answers to ${allow}.`, { headers: { Allow: allow } }),
  bodyTooLarge: (limit: number) => new Problem(413, 'BODY_TOO_LARGE', `The body is larger than ${limit} bytes.`),
  unsupportedMediaType: () =>
    new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json, in UTF-8 and not compressed.'),
  internal: () => new Problem(500, 'INTERNAL', 'Something went wrong on our side.'),
  unavailable: () =>
    new Problem(503, 'UNAVAILABLE', 'A system this answer needs is away for the moment.', {
      headers: { 'Retry-After': '1' },
    }),
}

/** The problem that an error thrown while answering a request stands for. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (!(error instanceof Error)) return problems.internal()
  // Express's router gives its errors a bare 4xx status.
  if ('status' in error && error.status === 400) return problems.malformedRequest()
  // By convention across the packages: the same request may succeed later, because an outage stood behind the failure.
  if ('retriable' in error && error.retriable === true) return problems.unavailable()
  return problems.internal()
}
