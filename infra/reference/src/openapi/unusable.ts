/**
 * Parts for a route table that is only to be read: they can be taken apart and handed on, but whoever uses one while the table
 * is made is told where. What a handler needs it may have; what a route says of itself must not depend on a running service.
 */
export function unusable<Parts>(table: string): Parts {
  return part(table, 'parts') as Parts
}

/** What JavaScript reads off a value to make it a text, a number or a list, or to wait for it. */
const readings: ReadonlySet<string | symbol> = new Set([
  Symbol.toPrimitive,
  Symbol.iterator,
  Symbol.asyncIterator,
  'toJSON',
  'toString',
  'valueOf',
  'then',
  'length',
])

function part(table: string, path: string): object {
  const refuse = (): never => {
    throw new Error(
      `The route table of ${table} uses ${path} while it is made. Its routes are also read without a running service, for the public document: leave it to the handlers.`,
    )
  }
  // A function, so that it can be called, and say no.
  return new Proxy(() => {}, {
    get: (_, name) => (readings.has(name) ? refuse() : part(table, `${path}.${String(name)}`)),
    apply: refuse,
    construct: refuse,
    has: refuse,
    ownKeys: refuse,
    set: refuse,
  })
}
