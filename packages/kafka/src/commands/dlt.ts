import { pino } from 'pino'
import { z } from 'zod'
import { parseCommand, UsageError, usage } from '../operator/arguments.ts'
import { NoSuchLetter } from '../operator/desk.ts'
import { operate } from '../operator/operate.ts'
import { exitCodes } from '../operator/output.ts'
import { kafkaConfig } from '../settings.ts'

/**
 * The operator's tool for dead letters: `KAFKA_BROKERS=… SCHEMA_REGISTRY_URL=… node packages/kafka/src/commands/dlt.ts list`.
 * Arguments and exit codes: src/operator/arguments.ts; 78 for a setting that is wrong.
 */
const environment = z.object({
  KAFKA_BROKERS: z.string().min(1),
  KAFKA_PREFIX: z.string().default(''),
  SCHEMA_REGISTRY_URL: z.url().optional(),
  LOG_LEVEL: z.string().optional(),
})

async function main(args: string[]): Promise<number> {
  const command = parseCommand(args, Date.now())
  if (command.name === 'help') {
    console.log(usage)
    return exitCodes.done
  }
  const parsed = environment.safeParse(process.env)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) console.error(`${path.join('.')}: ${message}`)
    return 78
  }
  const { KAFKA_BROKERS: brokers, KAFKA_PREFIX: prefix, SCHEMA_REGISTRY_URL: registryUrl, LOG_LEVEL } = parsed.data
  const log = pino({ level: LOG_LEVEL === 'debug' ? 'debug' : 'silent' }, pino.destination(2))
  return operate(command, {
    config: kafkaConfig({
      brokers: brokers.split(',').map((one) => one.trim()),
      registryUrl: registryUrl ?? '',
      prefix,
    }),
    identity: { clientId: 'dlt', log },
    registryUrl,
    output: { say: console.log, warn: console.error, width: process.stdout.isTTY ? process.stdout.columns : undefined },
  })
}

// Whoever reads may have seen enough (`| head`); what was begun goes on.
process.stdout.on('error', () => {})

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${usage}`)
    return exitCodes.usage
  }
  console.error(error instanceof Error ? error.message : error)
  return error instanceof NoSuchLetter ? exitCodes.nothing : exitCodes.failed
})
