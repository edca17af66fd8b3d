import { optionsNamed, snakeCased } from '../fields.ts'
import type { SamplerType } from './sampler.ts'
import * as samplerTypes from './samplers.ts'

/** 0 or 1: parameters of the sampler 'bernoulli'. */
export type BernoulliSamplerParams = {
  /** How likely 1 is, from 0 to 1. */
  p: number
}
/** 0 or 1: parameters of the sampler 'bernoulli'. */
export const BernoulliSamplerParams = paramsNamed<BernoulliSamplerParams>('BernoulliSamplerParams', samplerTypes.bernoulli)

/** A constructor of the parameters of a sampler, which refuses what the sampler refuses. */
function paramsNamed<Options extends object>(name: string, type: SamplerType) {
  return optionsNamed<Options>(name, [...Object.keys(type.fields), 'sampler_type'], {
    check: params => void type.read(snakeCased(params, type.fields), name),
  })
}

/** Now and then a number of a distribution, else 0: parameters of the sampler 'bernoulli_mixture'. */
export type BernoulliMixtureSamplerParams = {
  /** How likely a number of the distribution is, from 0 to 1. */
  p: number
  /** Distribution, as SciPy names it. */
  distName: string
  /** Its parameters, as SciPy names them. */
  distParams: { readonly [name: string]: number }
}
/** Now and then a number of a distribution, else 0: parameters of the sampler 'bernoulli_mixture'. */
export const BernoulliMixtureSamplerParams = paramsNamed<BernoulliMixtureSamplerParams>(
  'BernoulliMixtureSamplerParams',
  samplerTypes.bernoulliMixture,
)

/** How many of some tries succeed: parameters of the sampler 'binomial'. */
export type BinomialSamplerParams = {
  /** Tries. */
  n: number
  /** How likely each succeeds, from 0 to 1. */
  p: number
}
/** How many of some tries succeed: parameters of the sampler 'binomial'. */
export const BinomialSamplerParams = paramsNamed<BinomialSamplerParams>('BinomialSamplerParams', samplerTypes.binomial)

/** One of a list of values: parameters of the sampler 'category'. */
export type CategorySamplerParams = {
  /** What is drawn. */
  values: readonly (string | number)[]
  /** How likely each value is, in any unit. Default: all alike. */
  weights?: readonly number[] | null
}
/** One of a list of values: parameters of the sampler 'category'. */
export const CategorySamplerParams = paramsNamed<CategorySamplerParams>('CategorySamplerParams', samplerTypes.category)

/** A point in time between two: parameters of the sampler 'datetime'. */
export type DatetimeSamplerParams = {
  /** From when on: '2024-01-31', or with a time. */
  start: string
  /** Until when, itself not drawn. */
  end: string
  /** What it is cut to. Default 'D'. */
  unit?: 'Y' | 'M' | 'D' | 'h' | 'm' | 's'
}
/** A point in time between two: parameters of the sampler 'datetime'. */
export const DatetimeSamplerParams = paramsNamed<DatetimeSamplerParams>('DatetimeSamplerParams', samplerTypes.datetime)

/** A number around a mean: parameters of the sampler 'gaussian'. */
export type GaussianSamplerParams = {
  /** What it is around. */
  mean: number
  /** How far it strays. */
  stddev: number
  /** Places it is rounded to. Default: as drawn. */
  decimalPlaces?: number | null
}
/** A number around a mean: parameters of the sampler 'gaussian'. */
export const GaussianSamplerParams = paramsNamed<GaussianSamplerParams>('GaussianSamplerParams', samplerTypes.gaussian)

/** A person of the Nemotron Personas: parameters of the sampler 'person'. */
export type PersonSamplerParams = {
  /** Whose dataset of persons. Default 'en_US'. */
  locale?: string
  /** Default: either. */
  sex?: 'Male' | 'Female' | null
  /** Cities of the persons. Default: any. */
  city?: string | readonly string[] | null
  /** Default [18, 114]. */
  ageRange?: readonly [least: number, most: number]
  /** Lists of values that other fields of the persons may have. */
  selectFieldValues?: { readonly [field: string]: readonly string[] } | null
  /** With what the dataset tells of each person's character. Default false. */
  withSyntheticPersonas?: boolean
}
/** A person of the Nemotron Personas: parameters of the sampler 'person'. */
export const PersonSamplerParams = paramsNamed<PersonSamplerParams>('PersonSamplerParams', samplerTypes.person)

/** A person who is made up: parameters of the sampler 'person_from_faker'. */
export type PersonFromFakerSamplerParams = {
  /** Language and country of names and addresses. Default 'en_US'. */
  locale?: string
  /** Default: either. */
  sex?: 'Male' | 'Female' | null
  /** Cities that are drawn from. Default: any. */
  city?: string | readonly string[] | null
  /** Default [18, 114]. */
  ageRange?: readonly [least: number, most: number]
}
/** A person who is made up: parameters of the sampler 'person_from_faker'. */
export const PersonFromFakerSamplerParams = paramsNamed<PersonFromFakerSamplerParams>(
  'PersonFromFakerSamplerParams',
  samplerTypes.personFromFaker,
)

/** How often something happens: parameters of the sampler 'poisson'. */
export type PoissonSamplerParams = {
  /** How often on average. */
  mean: number
}
/** How often something happens: parameters of the sampler 'poisson'. */
export const PoissonSamplerParams = paramsNamed<PoissonSamplerParams>('PoissonSamplerParams', samplerTypes.poisson)

/** A number of a distribution: parameters of the sampler 'scipy'. */
export type ScipySamplerParams = {
  /** Distribution, as SciPy names it. */
  distName: string
  /** Its parameters, as SciPy names them. */
  distParams: { readonly [name: string]: number }
  /** Places it is rounded to. Default: as drawn. */
  decimalPlaces?: number | null
}
/** A number of a distribution: parameters of the sampler 'scipy'. */
export const ScipySamplerParams = paramsNamed<ScipySamplerParams>('ScipySamplerParams', samplerTypes.scipy)

/** One of the values that belong to the value of another column: parameters of the sampler 'subcategory'. */
export type SubcategorySamplerParams = {
  /** The category column it belongs to. */
  category: string
  /** For each value of that column the list that is drawn from. */
  values: { readonly [category: string]: readonly (string | number)[] }
}
/** One of the values that belong to the value of another column: parameters of the sampler 'subcategory'. */
export const SubcategorySamplerParams = paramsNamed<SubcategorySamplerParams>('SubcategorySamplerParams', samplerTypes.subcategory)

/** A point in time some while after that of another column: parameters of the sampler 'timedelta'. */
export type TimeDeltaSamplerParams = {
  /** Least time after the other column. */
  dtMin: number
  /** Most, itself not drawn. */
  dtMax: number
  /** The other column. */
  referenceColumnName: string
  /** Of the two numbers. Default 'D'. */
  unit?: 'D' | 'h' | 'm' | 's'
}
/** A point in time some while after that of another column: parameters of the sampler 'timedelta'. */
export const TimeDeltaSamplerParams = paramsNamed<TimeDeltaSamplerParams>('TimeDeltaSamplerParams', samplerTypes.timedelta)

/** A number between two: parameters of the sampler 'uniform'. */
export type UniformSamplerParams = {
  /** Least. */
  low: number
  /** Most. */
  high: number
  /** Places it is rounded to. Default: as drawn. */
  decimalPlaces?: number | null
}
/** A number between two: parameters of the sampler 'uniform'. */
export const UniformSamplerParams = paramsNamed<UniformSamplerParams>('UniformSamplerParams', samplerTypes.uniform)

/** An identifier: parameters of the sampler 'uuid'. */
export type UUIDSamplerParams = {
  /** What stands before it. */
  prefix?: string | null
  /** 8 digits instead of 32. Default false. */
  shortForm?: boolean
  /** `A` to `F` instead of `a` to `f`. Default false. */
  uppercase?: boolean
}
/** An identifier: parameters of the sampler 'uuid'. */
export const UUIDSamplerParams = paramsNamed<UUIDSamplerParams>('UUIDSamplerParams', samplerTypes.uuid)
