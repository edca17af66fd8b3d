import { defineFilter } from '../filter.ts'

export const testsPassed = defineFilter({
  name: 'tests-passed',
  description: 'The last tests that the session ran passed, or a verifier gave a reward above a half',
  make: argument =>
    argument !== null
      ? null
      : (_, { reward, tests_passed: tests }) => (reward !== null ? Number(reward.value) > 0.5 : tests?.value === true),
})
