import { kafkaSettings } from '@firstcome/kafka'
import { httpSettings, serviceSettings } from '@firstcome/service'
import { postgresSettings } from '@firstcome/stores/postgres'
import { z } from 'zod'

const sinkSettings = {
  maxBatch: {
    env: 'SINK_MAX_BATCH',
    schema: z.coerce.number().int().min(1).max(10_000).default(500).describe('Orders stored by one statement at most'),
  },
}

export const settings = {
  service: serviceSettings,
  http: httpSettings,
  kafka: kafkaSettings,
  database: postgresSettings('data_platform'),
  sink: sinkSettings,
}
