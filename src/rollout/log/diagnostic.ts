import type { Json } from '../../json/json.ts'

/** Something odd about a row that a careful reader should know. */
export type Diagnostic = {
  /** Stable, snake_case, e.g. 'orphan_result'. */
  code: string
  /** 'sessions/a.jsonl:12'. */
  at: string | null
  /** What was found; for moved content, the content. */
  detail: Json
}
