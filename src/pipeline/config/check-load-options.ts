import { refuseUnknownOptions } from '../../fields.ts'
import type { Extensions, LoadOptions } from './load.ts'

/** Refuse options of loading that nobody knows: what they were to say would be dropped without a word. */
export function checkLoadOptions(options: LoadOptions): void {
  refuseUnknownOptions(options, Object.keys(LOAD_KEYS), 'loading a config')
  refuseUnknownOptions(options.extensions ?? {}, Object.keys(EXTENSION_KEYS), 'extensions of a config')
}

const LOAD_KEYS: { readonly [option in keyof Required<LoadOptions>]: true } = {
  functions: true,
  extensions: true,
  providers: true,
  defaults: true,
  mcpProviders: true,
  compat: true,
}

const EXTENSION_KEYS: { readonly [kind in keyof Required<Extensions>]: true } = {
  columns: true,
  seeds: true,
  processors: true,
  validators: true,
}
