import type { Contracts } from '@firstcome/events'
import type { Logger } from 'pino'
import type { Metrics } from '../metrics.ts'
import type { KafkaConfig } from '../settings.ts'
import type { Trouble } from './failure.ts'
import type { Progress } from './lag.ts'

/** What all partitions of one member share. */
export interface Runtime {
  config: KafkaConfig
  /** Without prefix. */
  group: string
  clusterId: string
  contracts: Contracts
  log: Logger
  metrics: Metrics
  /** Aborted when the member stops. */
  signal: AbortSignal
  /** By place (`topic/partition`): only of partitions that stand still. */
  troubles: Map<string, Trouble>
  /** By place: since when its slice is being handled, epoch milliseconds. */
  busySince: Map<string, number>
  /** Told where each partition stands, for the metrics. */
  progress: Progress
  /** Resumes a paused partition after a while. */
  resumeLater(resume: () => void, waitMs: number): void
}
