import type { Child } from '../../arena/child.ts'
import type { CouponArena } from '../arena/arena.ts'
import type { Format } from '../arena/request-log.ts'

/** A process that takes requests from the log and tells an outcome of each. */
export interface Drainer {
  name: string
  format: Format
  /** Requests before those that are measured, so that what compiles itself while it runs has done so. */
  warmUp: number
  /** Of its consumer group, without prefix. */
  group: string
  /** Decides by the database; otherwise it tells something of each request, and nothing is checked but the number. */
  decides: boolean
  start(arena: CouponArena): Promise<Child>
}
