import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { userSettings } from './user-settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'settings-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(
  join(folder, '.env.example'),
  '# as generated\nLOG_LEVEL=info\nKAFKA_MAX_POLL_RECORDS=10\nKAFKA_BROKERS=\n',
)

test('nothing is set unless somebody says so', () => {
  expect(userSettings(folder, {})).toEqual({})
})

test('the environment goes before the file; neither can set what is no setting or what the local system decides', () => {
  writeFileSync(
    join(folder, '.env'),
    'LOG_LEVEL=debug\nKAFKA_MAX_POLL_RECORDS=25\nKAFKA_BROKERS=elsewhere:9092\nNO_SETTING=1\n',
  )
  expect(userSettings(folder, { LOG_LEVEL: 'warn', PATH: '/bin', KAFKA_MAX_POLL_RECORDS: '' })).toEqual({
    LOG_LEVEL: 'warn',
    KAFKA_MAX_POLL_RECORDS: '25',
  })
})
