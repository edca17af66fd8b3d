import { isOwnName, type LabelEvent } from './label.ts'

/** How far two people agree who rated the same. */
export type Agreement = {
  /** What they rated: verdict, or a name of one's own. */
  name: string
  /** The two. */
  raters: [string, string]
  /** Sessions and messages that both rated. */
  items: number
  /** Of these, rated alike. */
  agreed: number
  /** Cohen's kappa: 1 where they agree in all, 0 where as often as by chance; null where chance would make them agree in all. */
  kappa: number | null
}

/** Agreement of each two people on each name, where they rated the same. */
export function agreementOf(labels: readonly LabelEvent[]): Agreement[] {
  const rated = labels.filter(({ name }) => name === 'verdict' || isOwnName(name))
  return inOrder(Map.groupBy(rated, ({ name }) => name)).flatMap(([name, same]) => {
    const raters = inOrder(Map.groupBy(same, ({ by }) => by)).map(([by, said]) => ({ by, said: valuesOf(said) }))
    return raters.flatMap((a, i) =>
      raters.slice(i + 1).flatMap((b): Agreement[] => {
        const pairs = [...a.said].flatMap(([item, value]): [string, string][] => (b.said.has(item) ? [[value, b.said.get(item)!]] : []))
        return pairs.length === 0 ? [] : [{ name, raters: [a.by, b.by], ...kappaOf(pairs) }]
      }),
    )
  })
}

function inOrder<T>(groups: ReadonlyMap<string, T>): [string, T][] {
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}

function valuesOf(labels: readonly LabelEvent[]): Map<string, string> {
  return new Map(labels.map(({ trace_id, message, value }) => [JSON.stringify([trace_id, message]), value]))
}

function kappaOf(pairs: readonly [string, string][]): Pick<Agreement, 'items' | 'agreed' | 'kappa'> {
  const items = pairs.length
  const agreed = pairs.filter(([a, b]) => a === b).length
  const [first, second] = [countsOf(pairs.map(([a]) => a)), countsOf(pairs.map(([, b]) => b))]
  // Of whole numbers, so that chance that would agree in all is told from chance that nearly would.
  const chance = [...first].reduce((sum, [value, n]) => sum + n * (second.get(value) ?? 0), 0)
  return { items, agreed, kappa: chance === items * items ? null : (agreed * items - chance) / (items * items - chance) }
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
