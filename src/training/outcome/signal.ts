import type { Json } from '../../json/json.ts'

/** Something that says how a session went, how sure that is, and where it stands. */
export type Signal = { value: Json; confidence: number; evidence: string }
