import { services } from '../stack.ts'
import { clusterSettings, kafkaServices, kafkaVolumes } from './compose/kafka.ts'
import { gateway, postgres, reader, redis, registry } from './compose/servers.ts'
import { app, jobsOf, topics } from './compose/services.ts'
import { yaml } from './compose/yaml.ts'

/** The same system as containers, from the same definition. Written to infra/compose.yaml. */
export function renderCompose(): string {
  const compose = {
    name: 'firstcome',
    services: {
      ...kafkaServices(),
      postgres: postgres(),
      redis: redis(),
      registry: registry(),
      'registry-reader': reader(),
      topics: topics(),
      ...Object.fromEntries(services.flatMap(jobsOf)),
      ...Object.fromEntries(services.map((one) => [one.name, app(one)])),
      gateway: gateway(),
    },
    // Services are on `inside` and `edge`; the registry that can be written to is on neither.
    networks: { edge: {}, inside: {}, registry: {} },
    volumes: { ...kafkaVolumes(), postgres: {}, redis: {} },
  }
  return `# Generated from infra/local/src/generate by \`npm run generate\`: change it there.
#   npm start -- --docker              builds the images and starts everything
#   npm start -- --docker --cluster    with three brokers: replication 3, at least 2 in sync
${yaml(compose)}`
}

/** What makes three brokers of one. Written to infra/compose.cluster.env. */
export function renderClusterSettings(): string {
  const lines = Object.entries(clusterSettings).map(([name, value]) => `${name}=${value}\n`)
  return `# Generated from infra/local/src/generate/compose/kafka.ts by \`npm run generate\`: change it there.
# docker compose --env-file .local/local/compose.env --env-file infra/compose.cluster.env -f infra/compose.yaml up
${lines.join('')}`
}
