import { refuse } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { nearest } from '../nearest.ts'
import type { Random } from '../random.ts'
import { betaDraw, binomialDraw, exponential, gammaDraw, hypergeometricDraw, normal, poissonDraw } from './draws.ts'

/** Draws numbers of a distribution. */
export type Draw = { isWhole: boolean; draw(random: Random): number }

type Shape = { [name: string]: number }
/** Names of the shape parameters, whether they can be, and a draw with location 0 and scale 1. */
type Distribution = { shape: string[]; whole?: true; valid?: (shape: Shape) => boolean; draw: (random: Random, shape: Shape) => number }

/** The distribution of a name with its parameters. Tells what is wrong with them. */
export function distributionOf(name: string, params: Shape, where: string): Draw {
  const distribution = DISTRIBUTIONS.get(name)
  const none = { isWhole: false, draw: () => 0 }
  if (distribution === undefined) {
    const guess = nearest(name, [...DISTRIBUTIONS.keys()])
    const hint = guess === null ? `There are: ${[...DISTRIBUTIONS.keys()].join(', ')}` : `Did you mean '${guess}'?`
    refuse(`dist_name: found '${name}', expected a distribution that is known here`, where, hint)
    return none
  }
  const { shape, whole: isWhole = false, draw } = distribution
  const known = [...shape, 'loc', ...(isWhole ? [] : ['scale'])]
  const strange = Object.keys(params).find(key => !known.includes(key))
  const missing = shape.find(key => params[key] === undefined)
  const { loc = 0, scale = 1 } = params
  if (strange !== undefined) refuse(`dist_params: found '${strange}', expected ${known.join(', ')}`, where)
  else if (missing !== undefined) refuse(`dist_params: found no '${missing}', expected ${known.join(', ')}`, where)
  else if (!(scale >= 0) || !isDrawable(name, params) || distribution.valid?.(params) === false)
    refuse(`dist_params: found ${writeJson(params)}, which '${name}' cannot have`, where)
  else return { isWhole, draw: random => loc + scale * draw(random, params) }
  return none
}

/** Draws are made of numbers that end; only a stretch may have no end. */
function isDrawable(name: string, params: Shape): boolean {
  return Object.entries(params).every(([key, value]) => Number.isFinite(value) || (name === 'truncnorm' && (key === 'a' || key === 'b')))
}

/** Things of which one after the other is drawn for one number. */
const MOST_COUNTED = 1_000_000

const positive =
  (...names: string[]) =>
  (shape: Shape) =>
    names.every(name => shape[name]! > 0)
const isProbability = ({ p }: Shape) => p! >= 0 && p! <= 1
const open = (random: Random) => 1 - random.next() // in (0, 1]
const student = (random: Random, df: number) => normal(random) / Math.sqrt((2 * gammaDraw(random, df / 2)) / df)
const chiSquared = (random: Random, df: number) => 2 * gammaDraw(random, df / 2)

const DISTRIBUTIONS = new Map<string, Distribution>(
  Object.entries({
    norm: { shape: [], draw: normal },
    uniform: { shape: [], draw: random => random.next() },
    expon: { shape: [], draw: exponential },
    gamma: { shape: ['a'], valid: positive('a'), draw: (random, { a }) => gammaDraw(random, a!) },
    erlang: { shape: ['a'], valid: positive('a'), draw: (random, { a }) => gammaDraw(random, a!) },
    invgamma: { shape: ['a'], valid: positive('a'), draw: (random, { a }) => 1 / gammaDraw(random, a!) },
    beta: { shape: ['a', 'b'], valid: positive('a', 'b'), draw: (random, { a, b }) => betaDraw(random, a!, b!) },
    betaprime: { shape: ['a', 'b'], valid: positive('a', 'b'), draw: (random, { a, b }) => gammaDraw(random, a!) / gammaDraw(random, b!) },
    lognorm: { shape: ['s'], valid: positive('s'), draw: (random, { s }) => Math.exp(s! * normal(random)) },
    t: { shape: ['df'], valid: positive('df'), draw: (random, { df }) => student(random, df!) },
    chi2: { shape: ['df'], valid: positive('df'), draw: (random, { df }) => chiSquared(random, df!) },
    chi: { shape: ['df'], valid: positive('df'), draw: (random, { df }) => Math.sqrt(chiSquared(random, df!)) },
    f: {
      shape: ['dfn', 'dfd'],
      valid: positive('dfn', 'dfd'),
      draw: (random, { dfn, dfd }) => chiSquared(random, dfn!) / dfn! / (chiSquared(random, dfd!) / dfd!),
    },
    cauchy: { shape: [], draw: random => Math.tan(Math.PI * (random.next() - 0.5)) },
    halfcauchy: { shape: [], draw: random => Math.tan((Math.PI / 2) * random.next()) },
    laplace: { shape: [], draw: random => (random.next() < 0.5 ? -1 : 1) * exponential(random) },
    logistic: { shape: [], draw: random => -Math.log(1 / open(random) - 1 || Number.MIN_VALUE) },
    gumbel_r: { shape: [], draw: random => -Math.log(exponential(random) || Number.MIN_VALUE) },
    gumbel_l: { shape: [], draw: random => Math.log(exponential(random) || Number.MIN_VALUE) },
    weibull_min: { shape: ['c'], valid: positive('c'), draw: (random, { c }) => exponential(random) ** (1 / c!) },
    weibull_max: { shape: ['c'], valid: positive('c'), draw: (random, { c }) => -(exponential(random) ** (1 / c!)) },
    pareto: { shape: ['b'], valid: positive('b'), draw: (random, { b }) => open(random) ** (-1 / b!) },
    lomax: { shape: ['c'], valid: positive('c'), draw: (random, { c }) => open(random) ** (-1 / c!) - 1 },
    rayleigh: { shape: [], draw: random => Math.sqrt(2 * exponential(random)) },
    maxwell: { shape: [], draw: random => Math.sqrt(chiSquared(random, 3)) },
    halfnorm: { shape: [], draw: random => Math.abs(normal(random)) },
    foldnorm: { shape: ['c'], valid: ({ c }) => c! >= 0, draw: (random, { c }) => Math.abs(normal(random) + c!) },
    powerlaw: { shape: ['a'], valid: positive('a'), draw: (random, { a }) => open(random) ** (1 / a!) },
    arcsine: { shape: [], draw: random => Math.sin((Math.PI / 2) * random.next()) ** 2 },
    exponnorm: { shape: ['K'], valid: positive('K'), draw: (random, { K }) => normal(random) + K! * exponential(random) },
    triang: {
      shape: ['c'],
      valid: ({ c }) => c! >= 0 && c! <= 1,
      draw: (random, { c }) => {
        const u = random.next()
        return u < c! ? Math.sqrt(u * c!) : 1 - Math.sqrt((1 - u) * (1 - c!))
      },
    },
    truncnorm: { shape: ['a', 'b'], valid: ({ a, b }) => a! < b!, draw: (random, { a, b }) => truncatedNormal(random, a!, b!) },
    truncexpon: { shape: ['b'], valid: positive('b'), draw: (random, { b }) => -Math.log1p(random.next() * Math.expm1(-b!)) },
    loguniform: { shape: ['a', 'b'], valid: ({ a, b }) => a! > 0 && a! < b!, draw: (random, { a, b }) => a! * (b! / a!) ** random.next() },
    reciprocal: { shape: ['a', 'b'], valid: ({ a, b }) => a! > 0 && a! < b!, draw: (random, { a, b }) => a! * (b! / a!) ** random.next() },
    skewnorm: {
      shape: ['a'],
      draw: (random, { a }) => {
        const d = a! / Math.sqrt(1 + a! * a!)
        return d * Math.abs(normal(random)) + Math.sqrt(1 - d * d) * normal(random)
      },
    },
    vonmises: { shape: ['kappa'], valid: ({ kappa }) => kappa! >= 0, draw: (random, { kappa }) => vonMises(random, kappa!) },
    invgauss: { shape: ['mu'], valid: positive('mu'), draw: (random, { mu }) => inverseGaussian(random, mu!) },
    wald: { shape: [], draw: random => inverseGaussian(random, 1) },
    levy: { shape: [], draw: random => 1 / normal(random) ** 2 },
    rice: { shape: ['b'], valid: ({ b }) => b! >= 0, draw: (random, { b }) => Math.hypot(normal(random) + b!, normal(random)) },
    nakagami: { shape: ['nu'], valid: positive('nu'), draw: (random, { nu }) => Math.sqrt(gammaDraw(random, nu!) / nu!) },
    genpareto: {
      shape: ['c'],
      draw: (random, { c }) => (c === 0 ? exponential(random) : (open(random) ** -c! - 1) / c!),
    },
    genextreme: {
      shape: ['c'],
      draw: (random, { c }) => (c === 0 ? -Math.log(exponential(random)) : (1 - exponential(random) ** c!) / c!),
    },
    gompertz: { shape: ['c'], valid: positive('c'), draw: (random, { c }) => Math.log1p(exponential(random) / c!) },
    fisk: { shape: ['c'], valid: positive('c'), draw: (random, { c }) => (1 / open(random) - 1) ** (1 / c!) },
    burr12: {
      shape: ['c', 'd'],
      valid: positive('c', 'd'),
      draw: (random, { c, d }) => (open(random) ** (-1 / d!) - 1) ** (1 / c!),
    },
    bernoulli: { shape: ['p'], whole: true, valid: isProbability, draw: (random, { p }) => (random.next() < p! ? 1 : 0) },
    binom: {
      shape: ['n', 'p'],
      whole: true,
      valid: shape => isProbability(shape) && Number.isInteger(shape['n']) && shape['n']! >= 0,
      draw: (random, { n, p }) => binomialDraw(random, n!, p!),
    },
    poisson: { shape: ['mu'], whole: true, valid: ({ mu }) => mu! >= 0, draw: (random, { mu }) => poissonDraw(random, mu!) },
    geom: {
      shape: ['p'],
      whole: true,
      valid: ({ p }) => p! > 0 && p! <= 1,
      draw: (random, { p }) => (p === 1 ? 1 : Math.max(1, Math.ceil(Math.log(open(random)) / Math.log1p(-p!)))),
    },
    nbinom: {
      shape: ['n', 'p'],
      whole: true,
      valid: ({ n, p }) => n! > 0 && p! > 0 && p! <= 1,
      draw: (random, { n, p }) => poissonDraw(random, gammaDraw(random, n!) * ((1 - p!) / p!)),
    },
    randint: {
      shape: ['low', 'high'],
      whole: true,
      valid: ({ low, high }) => low! < high!,
      draw: (random, { low, high }) => low! + random.integer(high! - low!),
    },
    hypergeom: {
      shape: ['M', 'n', 'N'],
      whole: true,
      valid: ({ M, n, N }) =>
        [M, n, N].every(value => Number.isInteger(value) && value! >= 0) &&
        n! <= M! &&
        N! <= M! &&
        Math.min(n!, N!, M! - n!, M! - N!) <= MOST_COUNTED,
      draw: (random, { M, n, N }) => hypergeometricDraw(random, M!, n!, N!),
    },
    skellam: {
      shape: ['mu1', 'mu2'],
      whole: true,
      valid: positive('mu1', 'mu2'),
      draw: (random, { mu1, mu2 }) => poissonDraw(random, mu1!) - poissonDraw(random, mu2!),
    },
    betabinom: {
      shape: ['n', 'a', 'b'],
      whole: true,
      valid: positive('a', 'b'),
      draw: (random, { n, a, b }) => binomialDraw(random, n!, betaDraw(random, a!, b!)),
    },
  } satisfies { [name: string]: Distribution }),
)

/** By Robert: a normal that is thrown away outside, or an exponential tail where the inside is far from the middle. */
function truncatedNormal(random: Random, a: number, b: number): number {
  if (b < 0) return -truncatedNormal(random, -b, -a)
  if (a > 0.5 || b - a < 1) return tailOf(random, a, b)
  for (;;) {
    const x = normal(random)
    if (x >= a && x <= b) return x
  }
}

function tailOf(random: Random, a: number, b: number): number {
  // As far out as this nothing is seen of the middle, and next to nothing is far from the beginning.
  if (a > FAR_OUT) return Math.min(b, a + exponential(random) / a)
  const rate = (a + Math.sqrt(a * a + 4)) / 2
  // Where the stretch is short its numbers are nearly as likely as one another.
  if (b - a < 2 && (b - a) * rate < EVEN) {
    const top = Math.max(a, 0)
    for (;;) {
      const x = a + random.next() * (b - a)
      if (random.next() <= Math.exp((top * top - x * x) / 2)) return x
    }
  }
  for (;;) {
    const x = a + exponential(random) / rate
    if (x <= b && random.next() <= Math.exp(-((x - rate) ** 2) / 2)) return x
  }
}

const FAR_OUT = 1e6
const EVEN = 20 // so many are drawn, at most and on average, until one is kept

/** By Best and Fisher; where there is next to no deviation, by the normal distribution that it goes over into. */
function vonMises(random: Random, kappa: number): number {
  if (kappa > FAR_OUT) return normal(random) / Math.sqrt(kappa)
  if (kappa < 1e-8) return Math.PI * (2 * random.next() - 1)
  const r = 1 + Math.sqrt(1 + 4 * kappa * kappa)
  const rho = (r - Math.sqrt(2 * r)) / (2 * kappa)
  // Of so small a number nothing would be left in rho.
  const s = kappa < 1e-5 ? 1 / kappa + kappa : (1 + rho * rho) / (2 * rho)
  for (;;) {
    const z = Math.cos(Math.PI * random.next())
    const w = (1 + s * z) / (s + z)
    const y = kappa * (s - w)
    const u = open(random)
    if (y * (2 - y) - u > 0 || Math.log(y / u) + 1 - y >= 0) return Math.sign(random.next() - 0.5) * Math.acos(w)
  }
}

/** By Michael, Schucany and Haas. */
function inverseGaussian(random: Random, mu: number): number {
  const y = normal(random) ** 2
  const x = mu + (mu * mu * y) / 2 - (mu / 2) * Math.sqrt(4 * mu * y + mu * mu * y * y)
  return random.next() <= mu / (mu + x) ? x : (mu * mu) / x
}
