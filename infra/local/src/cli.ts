import { bench } from './commands/bench.ts'
import { contracts } from './commands/contracts.ts'
import { dataPlatform } from './commands/data-platform.ts'
import { deployService } from './commands/deploy-service.ts'
import { dev } from './commands/dev.ts'
import { dlt } from './commands/dlt.ts'
import { fcfsAudit } from './commands/fcfs-audit.ts'
import { fuzz } from './commands/fuzz.ts'
import { images } from './commands/images.ts'
import { logs } from './commands/logs.ts'
import { scaffold } from './commands/new.ts'
import { outbox } from './commands/outbox.ts'
import { printStatus } from './commands/print-status.ts'
import { printToken } from './commands/print-token.ts'
import { ranking } from './commands/ranking.ts'
import { reconcile } from './commands/reconcile.ts'
import { reset } from './commands/reset.ts'
import { rush } from './commands/rush.ts'
import { start } from './commands/start.ts'
import { stop } from './commands/stop.ts'
import { test, testFaults } from './commands/test.ts'
import { turbo } from './commands/turbo.ts'
import { UsageError } from './commands/usage-error.ts'
import { reportTo, StepError, say } from './progress.ts'

/** `node cli.ts <command> …`; the exit code of a command is what it returns. */
const commands: Record<string, (args: string[]) => Promise<number>> = {
  start,
  stop,
  status: printStatus,
  logs,
  reset,
  dev,
  token: printToken,
  contracts,
  dlt,
  'deploy:service': deployService,
  'fcfs-audit': fcfsAudit,
  ranking,
  'data-platform': dataPlatform,
  outbox,
  reconcile,
  new: scaffold,
  rush,
  test,
  'test:faults': testFaults,
  bench,
  fuzz,
  images,
  turbo,
}

const [name = '', ...args] = process.argv.slice(2)
try {
  const command = commands[name]
  if (!command) throw new UsageError(`Unknown command. There are: ${Object.keys(commands).join(', ')}`)
  process.exit(await command(args))
} catch (error) {
  reportTo(process.stderr)
  explain(error)
  process.exit(error instanceof UsageError ? 2 : 1)
}

function explain(error: unknown): void {
  if (error instanceof StepError) {
    if (error.details) say(`\n${error.details.replaceAll(/^/gm, '  │ ')}`)
    say(`\n${error.message}`)
    if (error.advice) say(error.advice)
  } else if (
    error instanceof UsageError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
  ) {
    say(error.message)
  } else {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
}
