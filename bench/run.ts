import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { leaseTestStack, reportTo } from '@firstcome/local'
import { kafkaBench } from './kafka/bench.ts'
import { tables, writeReport } from './measure/report.ts'

/**
 * `npm run bench -- kafka [--quick]`: measures, prints tables, writes `bench/results/kafka.json` and `.md` (a quick run writes nothing,
 * its figures mean nothing). The servers are those of the tests; they stop again with whoever leaves last.
 */
const benchmarks = { kafka: kafkaBench }

const { positionals, values } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } })
const [name = ''] = positionals
if (!Object.hasOwn(benchmarks, name)) {
  console.error(`Which benchmark? There are: ${Object.keys(benchmarks).join(', ')}`)
  process.exit(2)
}

// Between two rounds, so that nobody pays for the garbage of the one before.
setFlagsFromString('--expose-gc')
global.gc = runInNewContext('gc')

const quick = values.quick ?? false
const say = (line: string) => process.stderr.write(`${line}\n`)
reportTo(process.stderr)
const lease = await leaseTestStack(`npm run bench -- ${name}`)
try {
  const { brokers, registryUrl } = lease.stack
  const report = await benchmarks[name as keyof typeof benchmarks]({ brokers: [brokers], registryUrl }, { quick, say })
  console.log(tables(report))
  if (!quick) {
    const folder = join(import.meta.dirname, 'results')
    writeReport(folder, report)
    say(`\nwritten: ${join(folder, name)}.json and .md`)
  }
} finally {
  await lease.release()
}
