import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** For tests: arguments that make `java` run one of Kafka's own command-line tools, from the jars that the broker runs on. */
export function javaTool(name: string, ...args: string[]): string[] {
  const [jars] = globSync(fileURLToPath(new URL('../../../../.local/cache/kafka-*', import.meta.url)))
  return ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`, `org.apache.kafka.tools.${name}`, ...args]
}
