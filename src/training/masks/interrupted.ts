import { defineMask } from '../mask.ts'

export const interrupted = defineMask({
  name: 'interrupted',
  description: 'What the model was doing when a person stopped it: the last message before the interruption',
  isDefault: false,
  *find({ parts, metas, row }) {
    const all = parts.flat()
    for (const [i, meta] of metas.entries()) {
      if (meta['boundary'] !== 'interruption') continue
      const before = all.filter(message => message.role === 'assistant' && message.source !== null && message.source < i).at(-1)
      if (before?.source != null) yield [before.source, 'interrupted turn']
    }
    const { outcome } = row
    if (typeof outcome !== 'object' || outcome === null || Array.isArray(outcome) || outcome['status'] !== 'interrupted') return
    const last = all.filter(message => message.role === 'assistant').at(-1)
    if (last?.source != null) yield [last.source, 'interrupted turn']
  },
})
