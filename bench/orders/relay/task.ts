/** What a publishing process is asked for by its environment. */
export interface Task {
  brokers: string
  registryUrl: string
  prefix: string
  databaseUrl: string
  /** Events to write, each in a transaction of its own, while the relay runs; 0: it only drains what is there. */
  events: number
  /** So many at a time. */
  writers: number
}

export function taskOf(env: Record<string, string | undefined>): Task {
  const given = (name: string) => {
    const value = env[name]
    if (!value) throw new Error(`${name} is missing`)
    return value
  }
  return {
    brokers: given('KAFKA_BROKERS'),
    registryUrl: given('SCHEMA_REGISTRY_URL'),
    prefix: given('KAFKA_PREFIX'),
    databaseUrl: given('DATABASE_URL'),
    events: Number(given('EVENTS')),
    writers: Number(given('WRITERS')),
  }
}
