import { join } from 'node:path'
import { spawnChild } from '../../../arena/child.ts'
import type { Drainer } from '../drainer.ts'

const folder = join(import.meta.dirname, '../../../baselines/kafkajs')

const plain = (name: string, file: string, decides: boolean, warmUp: number): Drainer => ({
  name,
  format: 'avro',
  warmUp,
  group: file,
  decides,
  async start({ env, prefix, topics }) {
    const command = [process.execPath, '--disable-warning=ExperimentalWarning', join(folder, `${file}.ts`)]
    return spawnChild(command, {
      ...env,
      GROUP: prefix + file,
      TOPIC_REQUESTS: topics.requests,
      TOPIC_COMPLETED: topics.completed,
      TOPIC_FAILED: topics.failed,
    })
  },
})

/** The same work as Spring's, in kafkajs. */
export const kafkajsRecord = (warmUp: number): Drainer =>
  plain('kafkajs, a record at a time', 'record-at-a-time', true, warmUp)

/** No decisions and no database: what is left to read the requests and to write as many records. */
export const consumeAndProduce = (warmUp: number): Drainer =>
  plain('kafkajs, consume and produce only', 'consume-and-produce', false, warmUp)
