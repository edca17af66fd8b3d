import type { Random } from '../random.ts'

/** A number of the standard normal distribution, by Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}

/** A number of the standard exponential distribution. */
export function exponential(random: Random): number {
  return -Math.log(1 - random.next())
}

/** A number of the gamma distribution of a shape, with scale 1, by Marsaglia and Tsang. */
export function gammaDraw(random: Random, shape: number): number {
  if (shape < 1) return gammaDraw(random, shape + 1) * (1 - random.next()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** A number of the beta distribution. */
export function betaDraw(random: Random, a: number, b: number): number {
  const x = gammaDraw(random, a)
  return x / (x + gammaDraw(random, b))
}

/** How often something happens that happens `mean` times on average: large means are halved until counting is cheap. */
export function poissonDraw(random: Random, mean: number): number {
  if (mean === Infinity) return mean
  let left = mean
  let count = 0
  while (left > 30) {
    // The m-th of many events comes after a gamma-distributed while; before or after the end of the time decides the rest.
    const m = Math.floor(left * (7 / 8))
    const while_ = gammaDraw(random, m)
    if (while_ > left) return count + binomialDraw(random, m - 1, left / while_)
    count += m
    left -= while_
  }
  const limit = Math.exp(-left)
  let product = 1 - random.next()
  for (; product > limit; product *= 1 - random.next()) count++
  return count
}

/** How many of n trials succeed: many trials are split at the place of one of their ordered numbers until counting is cheap. */
export function binomialDraw(random: Random, trials: number, probability: number): number {
  let [n, p] = [trials, probability]
  let count = 0
  while (n > 40 && p > 0 && p < 1) {
    const a = 1 + Math.floor(n / 2)
    const x = betaDraw(random, a, n + 1 - a)
    if (x >= p) {
      n = a - 1
      p /= x
    } else {
      count += a
      n -= a
      p = (p - x) / (1 - x)
    }
  }
  if (p >= 1) return count + n
  if (p > 0) for (let i = 0; i < n; i++) if (random.next() < p) count++
  return count
}

/** Draws that are made one after the other, as they always were; of more it is asked how few are enough. */
const FEW = 100_000

/** How many of the marked are among those drawn, of a whole of which so many are marked; what is drawn, left, marked or not is the fewest that are counted. */
export function hypergeometricDraw(random: Random, whole: number, marked: number, drawn: number): number {
  if (drawn > FEW) {
    if (whole - drawn < drawn) return marked - hypergeometricDraw(random, whole, marked, whole - drawn)
    if (marked < drawn) return hypergeometricDraw(random, whole, drawn, marked)
    if (whole - marked < drawn) return drawn - hypergeometricDraw(random, whole, drawn, whole - marked)
  }
  let [left, good] = [whole, marked]
  for (let i = 0; i < drawn; i++) if (random.next() * left-- < good) good--
  return marked - good
}
