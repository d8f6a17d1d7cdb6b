/** One client's consumer: decodes each value, then commits, at the latest after so many messages of a partition. */
export interface BenchConsumer {
  name: string
  /**
   * Joins the group (full name) and reads from the beginning; tells how many messages it has done. Returns what commits the
   * rest and leaves the group.
   */
  start(group: string, handled: (count: number) => void): Promise<() => Promise<void>>
}
