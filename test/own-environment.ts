import { afterAll } from 'vitest'

/*
 * What a file of tests sets in the environment ends with it: files that share a thread share it.
 */

const before = { ...process.env }

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
})
