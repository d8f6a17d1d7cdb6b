import { kafkaSettings } from '@firstcome/kafka'
import { httpSettings, serviceSettings } from '@firstcome/service'
import { postgresSettings } from '@firstcome/stores/postgres'

export const settings = {
  service: serviceSettings,
  http: httpSettings,
  kafka: kafkaSettings,
  database: postgresSettings('orders'),
}
