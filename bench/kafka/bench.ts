import { machine, type Report } from '../measure/report.ts'
import { versionsOf } from '../measure/versions.ts'
import type { Servers } from './cluster.ts'
import { consumption } from './consumption.ts'
import { atFixedRate, oneAtATime } from './latency.ts'
import * as sizes from './size.ts'
import { throughput } from './throughput.ts'

/** Producers and consumers of this project against those that it could have used as they are. */
export async function kafkaBench(
  servers: Servers,
  { quick, say }: { quick: boolean; say: (line: string) => void },
): Promise<Report> {
  const size = quick ? sizes.quick : sizes.full
  const at = new Date().toISOString()
  say('  … producers, one hot key')
  const oneKey = await throughput(
    'Producing, one hot key (one partition)',
    servers,
    { partitions: 1, policies: 1 },
    size,
  )
  say('  … producers, 10 partitions')
  const tenPartitions = await throughput('Producing, 10 partitions', servers, { partitions: 10, policies: 100 }, size)
  say('  … latency')
  const latencies = [await oneAtATime(servers, size), await atFixedRate(servers, size)]
  say('  … consumers')
  const consumers = await consumption(servers, size)
  return {
    benchmark: 'kafka',
    at,
    quick,
    machine: machine(),
    versions: versionsOf(['kafkajs', '@platformatic/kafka']),
    contests: [oneKey, tenPartitions, ...latencies, ...consumers],
  }
}
