import type { Tags } from './parse.ts'

/** Which Jinja a template is: the whole of it, the reference's `native` engine, or its locked-down default. */
export type TemplateProfile = 'full' | 'native' | 'strict'

/** What a profile allows. */
export type ProfileRules = {
  tags: Tags
  isImmutable: boolean // not even lists the template made may change
  refusesUnknownNames: boolean
  hidesErrors: boolean // most errors get one message, as the reference's do
  filters: ReadonlySet<string> | null // null: all
  maxNodes: number
  maxDepth: number
  refusesEmpty: boolean
  maxOutput: number | null // null: the default limit
}

/** The filters of the strict profile, in the order its error message lists them. */
const STRICT_FILTERS =
  'abs capitalize escape first float forceescape int last length list lower items min max random replace reverse round sort string title trim truncate unique upper urlencode jsonpath'.split(
    ' ',
  )

const FULL: ProfileRules = {
  tags: { loopControls: true, do: true },
  isImmutable: false,
  refusesUnknownNames: false,
  hidesErrors: false,
  filters: null,
  maxNodes: Number.POSITIVE_INFINITY,
  maxDepth: Number.POSITIVE_INFINITY,
  refusesEmpty: false,
  maxOutput: null,
}

const NATIVE: ProfileRules = {
  ...FULL,
  tags: { loopControls: false, do: false },
  isImmutable: true,
  refusesUnknownNames: true,
  hidesErrors: true,
}

/** The rules of each profile. */
export const PROFILES: Record<TemplateProfile, ProfileRules> = {
  full: FULL,
  native: NATIVE,
  strict: { ...NATIVE, filters: new Set(STRICT_FILTERS), maxNodes: 600, maxDepth: 10, refusesEmpty: true, maxOutput: 512_000 },
}
