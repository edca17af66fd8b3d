import { defineFilter } from '../filter.ts'

export const merged = defineFilter({
  name: 'merged',
  needsGit: true,
  description: 'The session’s commits are in the history of the repository that `--git` names, and none was taken back',
  make: argument => (argument !== null ? null : (_, { merged, reverted }) => merged?.value === true && reverted?.value !== true),
})
