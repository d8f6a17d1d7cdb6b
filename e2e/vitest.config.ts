import { configDefaults, defineConfig, mergeConfig } from 'vitest/config'
import shared from '../vitest.config.ts'

/** The long fault run has a short one beside it, which `npm test` runs; the long one belongs to `npm run test:faults`. */
const notNow = process.env.FIRSTCOME_FAULTS === 'long' ? [] : ['**/*.faults.test.ts']

/** One system for all files, so they run one after another: a rush must not be measured, nor a topic counted, through another. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      globalSetup: [`${import.meta.dirname}/global-setup.ts`],
      fileParallelism: false,
      exclude: [...configDefaults.exclude, ...notNow],
    },
  }),
)
