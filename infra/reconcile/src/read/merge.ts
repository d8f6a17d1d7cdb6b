/** Rows of one book in the order of their orders' ids, a page at a time; a page does not end between two rows of one order. */
export interface Stream<Row extends { orderId: string }> {
  page(after: string, size: number): Promise<Row[]>
}

interface Reader {
  refill(): Promise<void>
  /** The last order that is certain to be complete; undefined at the end of the book. */
  bound(): string | undefined
  take(bound: string | undefined): { orderId: string }[]
  isEmpty(): boolean
}

type RowsOf<Streams> = { [Name in keyof Streams]: Streams[Name] extends Stream<infer Row> ? Row[] : never }

/**
 * Reads several books side by side, by order id: each step has all that any of them holds about the orders it is about, and no
 * book is further ahead of the others than a page.
 */
export async function* mergeById<Streams extends Record<string, Stream<{ orderId: string }>>>(
  streams: Streams,
  size: number,
  start: string,
): AsyncGenerator<RowsOf<Streams>> {
  const names = Object.keys(streams)
  const readers = names.map((name) => createReader(streams[name]!, size, start))
  for (;;) {
    await Promise.all(readers.map((reader) => reader.refill()))
    if (readers.every((reader) => reader.isEmpty())) return
    // Postgres orders ids as bytes, and so does a comparison of their texts.
    const [bound] = readers.flatMap((reader) => reader.bound() ?? []).sort()
    yield Object.fromEntries(names.map((name, i) => [name, readers[i]!.take(bound)])) as RowsOf<Streams>
  }
}

function createReader<Row extends { orderId: string }>(stream: Stream<Row>, size: number, start: string): Reader {
  let rows: Row[] = []
  let after = start
  let ended = false
  return {
    async refill() {
      if (rows.length > 0 || ended) return
      rows = await stream.page(after, size)
      after = rows.at(-1)?.orderId ?? after
      ended = rows.length < size
    },
    bound: () => (ended ? undefined : rows.at(-1)?.orderId),
    take(bound) {
      const first = bound === undefined ? -1 : rows.findIndex(({ orderId }) => orderId > bound)
      const end = first === -1 ? rows.length : first
      const taken = rows.slice(0, end)
      rows = rows.slice(end)
      return taken
    },
    isEmpty: () => rows.length === 0,
  }
}
