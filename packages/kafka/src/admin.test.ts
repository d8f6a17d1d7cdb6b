import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createAdmin } from './admin.ts'
import { group, type Testbed, testbed, topic } from './testbed.ts'

const range = (length: number) => Array.from({ length }, (_, i) => i)

function adminOf(bed: Testbed) {
  const admin = createAdmin(bed.config, { clientId: 'admin-test', log: pino({ level: 'silent' }) })
  onTestFinished(() => admin.close())
  return admin
}

test('questions that overlap, of a client that knows nothing yet, are all answered', async () => {
  const bed = await testbed(2)
  const topics = (await bed.admin.listTopics()).filter((name) => name.startsWith(bed.prefix))
  expect(topics.length).toBeGreaterThan(3)

  // A race of kafkajs's: with one client for all of them, some of these rounds lose a topic to another question.
  for (let round = 0; round < 40; round++) {
    const admin = createAdmin(bed.config, { clientId: 'test', log: pino({ level: 'silent' }) })
    await admin.clusterId()
    const asked: Promise<unknown>[] = []
    for (const [i, topic] of topics.entries()) {
      asked.push(
        admin.topicOffsets(topic),
        admin.committed(bed.prefix + group, topics[round % (i + 1)]!),
        admin.partitions([topic]),
        admin.positions(bed.prefix + group, topics.slice(i, i + 2)),
      )
      await sleep(Math.random() * 4)
    }
    const answers = await Promise.allSettled(asked)
    await admin.close()
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([])
  }
})

test('a question that fails does not fail those asked beside it', async () => {
  const bed = await testbed(2)
  const admin = adminOf(bed)
  await admin.clusterId()

  const failing = admin.partitions([''])
  const others = Promise.all(range(20).map(() => admin.partitions([`${bed.prefix}${topic}`])))

  await expect(failing).rejects.toMatchObject({ code: 'UNAVAILABLE', retriable: true })
  expect((await others).map((found) => found.get(`${bed.prefix}${topic}`))).toEqual(range(20).map(() => 2))
  expect(await admin.clusterId()).toBeTruthy()
})

test('after its end a question opens nothing again', async () => {
  const bed = await testbed(1)
  const admin = adminOf(bed)
  await admin.clusterId()
  await admin.close()

  await expect(admin.clusterId()).rejects.toMatchObject({ code: 'CLOSED' })
  await expect(admin.topicOffsets(`${bed.prefix}${topic}`)).rejects.toMatchObject({ code: 'CLOSED' })
})

test('a topic that is not there is said to be missing', async () => {
  const admin = adminOf(await testbed(1))

  await expect(admin.partitions(['nowhere'])).rejects.toThrow('run the topics job: nowhere')
})
