import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests wait for processes and servers more than they compute: four at once also where there are fewer cores. */
const WORKERS = Math.max(4, availableParallelism() - 1)

/** Tests that freeze what all objects have by birth, which no other test would survive beside them. */
const FREEZING = ['src/rollout/fuzz.test.ts']

export default defineConfig({
  // Examples import the package by its name; tests run them over the sources, built or not.
  resolve: { alias: [{ find: /^tracewright$/, replacement: `${import.meta.dirname}/src/index.ts` }] },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'threads',
    maxWorkers: WORKERS,
    projects: [
      // A module is loaded once for all of them: it must not matter to a test which ones ran before.
      {
        extends: true,
        test: { name: 'modules', include: ['src/**/*.test.ts'], exclude: FREEZING, isolate: false, setupFiles: 'test/own-environment.ts' },
      },
      { extends: true, test: { name: 'freezing', include: FREEZING } },
      // The command line is started as it is built: what is older than the sources is built first.
      { extends: true, test: { name: 'program', include: ['test/**/*.test.ts'], globalSetup: 'test/built.ts' } },
    ],
  },
})
