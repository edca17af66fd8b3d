import { CHAT_ADDITIONS } from './chat.ts'
import type { Additions } from './filters/additions.ts'
import type { Tags } from './syntax/parse.ts'

/** Which Jinja a template is: the whole of it, the reference's `native` engine, its locked-down default, or a model's chat template. */
export type TemplateProfile = 'full' | 'native' | 'strict' | 'chat'

/** What a profile allows. */
export type ProfileRules = {
  tags: Tags
  isImmutable: boolean // not even lists the template made may change
  refusesUnknownNames: boolean
  hidesErrors: boolean // most errors get one message, as the reference's do
  filters: ReadonlySet<string> | null // null: all
  maxNodes: number
  maxDepth: number
  additions: Additions | null // filters and functions of its own
  values: 'json' | 'python' // how anything but text stands in text, where the caller does not say
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
  additions: null,
  values: 'json',
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
  chat: {
    ...FULL,
    tags: { loopControls: true, do: false, generation: true, trimBlocks: true },
    isImmutable: true,
    additions: CHAT_ADDITIONS,
    values: 'python',
    maxOutput: 1_000_000_000,
  },
}
