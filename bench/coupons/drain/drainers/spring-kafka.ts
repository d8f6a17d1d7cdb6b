import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runToEnd, spawnChild } from '../../../arena/child.ts'
import type { Drainer } from '../drainer.ts'

const folder = join(import.meta.dirname, '../../../baselines/spring-kafka')

/** Needs Maven and Java 17; takes some seconds once its dependencies are there. */
export const buildSpring = (): Promise<void> => runToEnd(['mvn', '-B', '-q', '-DskipTests', 'package'], {}, folder)

/** Of Spring Boot, which decides the versions of everything else. */
export const springVersion = (): string =>
  /<artifactId>spring-boot-starter-parent<\/artifactId>\s*<version>([^<]+)/.exec(
    readFileSync(join(folder, 'pom.xml'), 'utf8'),
  )![1]!

/** A record listener as most would write it, with the settings that this project was asked for. */
export const springKafka = (warmUp: number): Drainer => ({
  name: 'Spring Kafka, a record at a time',
  format: 'json',
  warmUp,
  group: 'spring-kafka',
  decides: true,
  async start({ env, prefix, topics }) {
    const { hostname, port, pathname, username, password } = new URL(env.DATABASE_URL!)
    const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin/java') : 'java'
    return spawnChild([java, '-Xmx512m', '-jar', join(folder, 'target/spring-kafka-baseline.jar')], {
      SPRING_KAFKA_BOOTSTRAP_SERVERS: env.KAFKA_BROKERS!,
      SPRING_DATASOURCE_URL: `jdbc:postgresql://${hostname}:${port}${pathname}`,
      SPRING_DATASOURCE_USERNAME: username,
      SPRING_DATASOURCE_PASSWORD: decodeURIComponent(password),
      GROUP: `${prefix}spring-kafka`,
      TOPICS_REQUESTS: topics.requests,
      TOPICS_COMPLETED: topics.completed,
      TOPICS_FAILED: topics.failed,
    })
  },
})
