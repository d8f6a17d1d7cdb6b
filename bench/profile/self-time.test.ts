import { expect, test } from 'vitest'
import { profileTables } from './self-time.ts'

const node = (id: number, functionName: string, url = '') => ({ id, callFrame: { functionName, url, lineNumber: 9 } })

test('shares are of the busy time between two moments, grouped by where the code comes from', () => {
  const nodes = [
    node(1, '(idle)'),
    node(2, 'decode', 'file:///x/node_modules/kafkajs/src/protocol/decoder.js'),
    node(3, '(garbage collector)'),
    node(4, 'decide', 'file:///x/apps/coupon-worker/src/decide/decide.ts'),
  ]
  const profile = { nodes, samples: [4, 2, 1, 3, 2, 4], timeDeltas: [1_000, 2_000, 2_000, 1_000, 1_000, 9_000] }

  const tables = profileTables(profile, { from: 2, to: 8 })

  expect(tables).toContain('| kafkajs | 75.0 % |\n| garbage collection | 25.0 % |')
  expect(tables).toContain('| decode src/protocol/decoder.js:10 | 75.0 % |')
  expect(tables).not.toContain('decide')
  expect(tables).toContain('busy for 0.0 s, idle for 0.0 s')
})
