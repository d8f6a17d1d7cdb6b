import { afterAll } from 'vitest'

const endings: (() => unknown)[] = []

// Registered when the file is loaded: a hook that is registered while a test or another hook runs is never called.
afterAll(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** Has something ended after the test file, wherever it was begun; what began last ends first. */
export function atEnd(end: () => unknown): void {
  endings.push(end)
}
