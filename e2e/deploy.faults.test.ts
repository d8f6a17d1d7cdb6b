import { testKafka } from '@firstcome/kafka/testing'
import { expect, test } from 'vitest'
import { anotherBuild } from './deploy/artifacts.ts'
import { deployUnderLoad } from './deploy/under-load.ts'
import { services } from './system.ts'

const kafka = await testKafka('', [])
const times = 5

/** What `npm test` does once with each service (deploy.test.ts): from side to side and back again. */
test(`each of the six services is replaced ${times} times under load: no request fails, every outcome arrives once`, async () => {
  const rounds = Array.from({ length: times }, () =>
    services.map((service) => ({ service, from: anotherBuild(service) })),
  )
  const { report, wrong } = await deployUnderLoad(kafka, rounds.flat())
  console.log(report)
  expect(wrong).toEqual([])
})
