import type { TemplateMode } from '../../column/column.ts'
import type { Compat } from '../../compat.ts'
import type { RunConfig } from './run-config.ts'

/** How values become text, and what templates may do. */
export function templateMode(compat: Compat | null, engine: 'secure' | 'native' = 'secure'): TemplateMode {
  if (compat === null) return { values: 'json', profile: 'full', compat }
  return { values: 'python', profile: engine === 'native' ? 'native' : 'strict', compat }
}

/** Which of Jinja the templates of a run may use. */
export function profileOf(compat: Compat | null, runConfig?: RunConfig): TemplateMode['profile'] {
  return templateMode(compat, runConfig?.jinjaRenderingEngine).profile
}
