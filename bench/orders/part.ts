import type { BenchServers } from '../arena/servers.ts'
import type { Contest } from '../measure/contest.ts'
import type { Size } from './size.ts'

/** One of the things that are measured of orders, which can also be measured alone. Each contest is told when it is over. */
export type Part = (servers: BenchServers, size: Size, say: (line: string) => void) => AsyncGenerator<Contest>
