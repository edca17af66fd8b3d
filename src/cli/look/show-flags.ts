import type { TextLayout } from '../../view/session-text.ts'
import type { SelectFlags } from '../options/select-options.ts'

/** Options of `show`, as commander hands them over. */
export type ShowFlags = SelectFlags & {
  store?: string
  show: TextLayout['show']
  width?: number
  pager: boolean
  branches: 'active' | 'all'
  json?: boolean
  html?: string
  markdown?: string
  redact?: string | true
  force?: boolean
  images: 'embed' | 'omit'
}
