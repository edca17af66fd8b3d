import { defineMask } from '../mask.ts'

export const flags = defineMask({
  name: 'flags',
  description: 'What the row says is not to be trained: turns that were given up, words of the harness in the mouth of the model',
  isDefault: true,
  *find({ parts, metas }) {
    for (const { role, source } of parts.flat()) {
      if (role !== 'assistant' || source === null || metas[source]!['train'] !== false || metas[source]!['replay'] === true) continue
      const { origin } = metas[source]!
      yield [source, origin === 'model' || origin === undefined ? 'turn that was given up' : `words of the ${String(origin)}`]
    }
  },
})
