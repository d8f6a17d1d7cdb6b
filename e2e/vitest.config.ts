import { defineConfig, mergeConfig } from 'vitest/config'
import shared from '../vitest.config.ts'

/** One system for all files, so they run one after another: a rush must not be measured, nor a topic counted, through another. */
export default mergeConfig(
  shared,
  defineConfig({ test: { globalSetup: [`${import.meta.dirname}/global-setup.ts`], fileParallelism: false } }),
)
