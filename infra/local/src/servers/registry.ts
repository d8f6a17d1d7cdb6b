import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { registryVersion } from '../downloads/versions.ts'
import type { Secrets } from '../secrets.ts'
import { host, registryOwns, type Stack } from '../stack.ts'
import { type ProcessSpec, processSpec } from '../supervisor/process-spec.ts'
import { java } from './java.ts'

export interface RegistryAddresses {
  postgres: string
  password: string
}

/** Its schemas and their ids live in Postgres: services hold on to ids, so a restart must not forget them. */
export function registrySettings({ postgres, password }: RegistryAddresses): Record<string, string> {
  return {
    APICURIO_STORAGE_KIND: 'sql',
    APICURIO_STORAGE_SQL_KIND: 'postgresql',
    APICURIO_DATASOURCE_URL: `jdbc:postgresql://${postgres}/${registryOwns.database}`,
    APICURIO_DATASOURCE_USERNAME: registryOwns.role,
    APICURIO_DATASOURCE_PASSWORD: password,
    APICURIO_DATASOURCE_JDBC_INITIAL_SIZE: '2',
    APICURIO_DATASOURCE_JDBC_MIN_SIZE: '2',
    APICURIO_DATASOURCE_JDBC_MAX_SIZE: '10',
  }
}

export function prepareRegistry(stack: Stack): void {
  mkdirSync(join(stack.folder, 'registry'), { recursive: true })
}

export function registry(stack: Stack, secrets: Secrets, program: string): ProcessSpec {
  const jar = join(program, `apicurio-registry-app-${registryVersion}-runner.jar`)
  return processSpec({
    name: 'registry',
    command: java('384m', '-jar', jar),
    cwd: join(stack.folder, 'registry'),
    env: {
      ...registrySettings({
        postgres: `${host}:${stack.ports.postgres}`,
        password: secrets.passwords[registryOwns.role]!,
      }),
      QUARKUS_HTTP_HOST: host,
      QUARKUS_HTTP_PORT: String(stack.ports.registry),
    },
    port: stack.ports.registry,
    after: ['postgres'],
    ready: { kind: 'http', url: `${stack.registryUrl}/subjects` },
  })
}
