import { defineView, exampleOf } from '../view.ts'

export const trajectory = defineView({
  name: 'trajectory',
  description: 'A session as it is, from its first message to its last',
  gives: 'trajectories',
  leavesOut: 'not in a trajectory',
  *examples(conversation) {
    const { row } = conversation
    const seen = new Set<number>()
    const messages = conversation.parts
      .flat()
      .filter(({ source }) => source === null || (!seen.has(source) && seen.add(source) !== undefined))
    const metas = conversation.metas.map(({ timestamp = null, model = null }) => ({ timestamp, model }))
    const facts = { metas, models: row['models'] ?? [], source_kind: row['source_kind'] ?? null, outcome: row['outcome'] ?? null }
    yield exampleOf(conversation, messages, { facts })
  },
})
