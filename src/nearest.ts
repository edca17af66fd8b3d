/** The candidate a person most likely meant by `name`, or null when none is close. */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  let best: string | null = null
  // A word of which every letter would have to change is no other word misspelt.
  let bestDistance = Math.min(name.length, Math.max(2, Math.floor(name.length / 3)) + 1)
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** What to do about a name that is not known: the candidate that was probably meant, `otherwise` where none is close. */
export function didYouMean(name: string, candidates: Iterable<string>, otherwise: string): string {
  const guess = nearest(name, candidates)
  return guess === null ? otherwise : `Did you mean '${guess}'?`
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1))
    }
    previous = current
  }
  return previous[b.length]!
}
