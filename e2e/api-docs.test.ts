import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { testStack } from '@firstcome/testing'
import { expect, test } from 'vitest'

const ask = (path: string) => fetch(testStack().gatewayUrl + path)

test('/api/docs shows the API: the page, what it is made of, and the document as it is in the repository', async () => {
  const page = await ask('/api/docs')
  expect(page.status).toBe(200)
  expect(page.url).toBe(`${testStack().gatewayUrl}/api/docs/`)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const html = await page.text()

  const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part!)
  expect(parts).toContain('openapi.yaml')
  for (const part of parts) expect((await ask(`/api/docs/${part}`)).status, part).toBe(200)

  const document = readFileSync(join(import.meta.dirname, '../docs/openapi.yaml'), 'utf8')
  expect(await (await ask('/api/docs/openapi.yaml')).text()).toBe(document)
})
