/** Up to this many pairs every one is weighed; longer lists are cut first where both hold something unique. */
const MAX_PAIRS = 4_000_000

type Pair = [a: number, b: number]

/** Indexes of equal elements of two lists, in order in both, as many as can be found. */
export function align(a: readonly string[], b: readonly string[]): Pair[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const middleA = a.slice(start, a.length - end)
  const middleB = b.slice(start, b.length - end)
  const middle = middleA.length * middleB.length <= MAX_PAIRS ? longestCommon(middleA, middleB) : betweenAnchors(middleA, middleB)
  return [
    ...Array.from({ length: start }, (_, i): Pair => [i, i]),
    ...middle.map(([i, j]): Pair => [i + start, j + start]),
    ...Array.from({ length: end }, (_, i): Pair => [a.length - end + i, b.length - end + i]),
  ]
}

/** The longest common subsequence, by the book. */
function longestCommon(a: readonly string[], b: readonly string[]): Pair[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
  const pairs: Pair[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++])
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++
    else j++
  }
  return pairs
}

/** Cut long lists at elements that both hold once, and align what lies between. Without any, nothing is known to be equal. */
function betweenAnchors(a: readonly string[], b: readonly string[]): Pair[] {
  const placesInB = uniquePlaces(b)
  const shared = [...uniquePlaces(a)].flatMap(([element, i]): Pair[] => (placesInB.has(element) ? [[i, placesInB.get(element)!]] : []))
  const anchors = longestRising(shared.sort(([i], [j]) => i - j))
  if (anchors.length === 0) return []
  const pairs: Pair[] = []
  let [fromA, fromB] = [0, 0]
  for (const [i, j] of [...anchors, [a.length, b.length] as Pair]) {
    for (const [k, l] of align(a.slice(fromA, i), b.slice(fromB, j))) pairs.push([fromA + k, fromB + l])
    if (i < a.length) pairs.push([i, j])
    ;[fromA, fromB] = [i + 1, j + 1]
  }
  return pairs
}

function uniquePlaces(list: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const element of list) counts.set(element, (counts.get(element) ?? 0) + 1)
  return new Map(list.flatMap((element, i): [string, number][] => (counts.get(element) === 1 ? [[element, i]] : [])))
}

/** The longest run of pairs, sorted by their first index, whose second index rises too. */
function longestRising(pairs: readonly Pair[]): Pair[] {
  const ends: number[] = [] // index of the pair that ends the best run of each length
  const before: number[] = []
  pairs.forEach(([, b], at) => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (pairs[ends[middle]!]![1] < b) low = middle + 1
      else high = middle
    }
    before[at] = ends[low - 1] ?? -1
    ends[low] = at
  })
  const run: Pair[] = []
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) run.push(pairs[at]!)
  return run.reverse()
}
