import { defineMask } from '../mask.ts'

export const replay = defineMask({
  name: 'replay',
  description: 'History of the parent that a session repeats: it is trained where it was first said',
  isDefault: true,
  *find({ metas }) {
    for (const [i, meta] of metas.entries()) if (meta['replay'] === true) yield [i, 'replay of the parent']
  },
})
