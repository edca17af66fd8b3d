import { defineFilter } from '../filter.ts'

export const recovered = defineFilter({
  name: 'recovered',
  description: 'Of each tool whose call failed, a later call worked',
  make: argument =>
    argument !== null
      ? null
      : ({ parts }) => {
          const open = new Set<string>()
          for (const { role, isError, toolName } of parts.flat()) {
            if (role !== 'tool') continue
            if (isError) open.add(toolName ?? '')
            else open.delete(toolName ?? '')
          }
          return open.size === 0
        },
})
