import { defineFilter } from '../filter.ts'

export const finished = defineFilter({
  name: 'finished',
  description: 'The log says that the session was completed',
  make: argument => (argument !== null ? null : (_, { status }) => status?.value === 'completed'),
})
