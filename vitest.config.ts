import { defineConfig } from 'vitest/config'

/** One configuration for every package and app: real infrastructure, one running stack shared by all test files. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist{,.new,.old}/**'],
    globalSetup: [new URL('./packages/testing/src/global-setup.ts', import.meta.url).pathname],
    // Two files side by side, on few cores too: most of a test's time is waiting, for sessions to end and retries to fall due.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Whoever waits for something waits as long as it may take on a busy machine.
    expect: { poll: { timeout: 45_000 } },
    passWithNoTests: false,
    reporters: process.env.FIRSTCOME_TEST_REPORT ? ['default', 'json'] : ['default'],
    ...(process.env.FIRSTCOME_TEST_REPORT && { outputFile: { json: 'test-results/vitest.json' } }),
  },
})
