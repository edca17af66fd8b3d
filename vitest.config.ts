import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests wait for processes and servers more than they compute: three at once also where there are fewer cores. */
const WORKERS = Math.max(3, availableParallelism() - 1)

export default defineConfig({
  // Examples import the package by its name; tests run them over the sources, built or not.
  resolve: { alias: [{ find: /^tracewright$/, replacement: `${import.meta.dirname}/src/index.ts` }] },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'threads',
    maxWorkers: WORKERS,
    projects: [
      { extends: true, test: { name: 'modules', include: ['src/**/*.test.ts'] } },
      // The command line is started as it is built: what is older than the sources is built first.
      { extends: true, test: { name: 'program', include: ['test/**/*.test.ts'], globalSetup: 'test/built.ts' } },
    ],
  },
})
