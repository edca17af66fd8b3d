// The registry. One line per stage; nothing else belongs here.
export { curate } from './stages/curate.ts'
export { filter } from './stages/filter.ts'
export { mask } from './stages/mask.ts'
export { reasoning } from './stages/reasoning.ts'
export { redact } from './stages/redact.ts'
export { split } from './stages/split.ts'
export { view } from './stages/view.ts'
export { window } from './stages/window.ts'
