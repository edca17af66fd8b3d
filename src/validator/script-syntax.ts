import { stripTypeScriptTypes } from 'node:module'
import { messageOf } from '../errors.ts'
import { isObject } from '../json/json.ts'
import type { ValidationResult } from './validator.ts'

/** Whether JavaScript or TypeScript can be read; nothing of it is run. A script and a module are both code. */
export function scriptSyntax(code: string, lang: 'javascript' | 'typescript'): ValidationResult {
  try {
    // The reader of types takes all of JavaScript, too; where types are not wanted, those it takes out are mistakes.
    const plain = withoutTypes(code, 'transform')
    if (lang === 'javascript' && /\S/.test(code) && hasTypes(code))
      return { is_valid: false, error_messages: 'Found types, expected JavaScript' }
    return { is_valid: typeof plain === 'string', error_messages: '' }
  } catch (error) {
    const told = isObject(error) && typeof error['message'] === 'string' ? error['message'] : messageOf(error)
    return { is_valid: false, error_messages: told.split('\n')[0]! }
  }
}

/** Types are blanked out where they stand: code that has none stays as it is. */
function hasTypes(code: string): boolean {
  try {
    return withoutTypes(code, 'strip') !== code
  } catch {
    return true // enums and the like, which cannot be blanked out
  }
}

/** Node warns, once and on the terminal, that it may yet change how it reads types; nobody who validates can do anything about it. */
function withoutTypes(code: string, mode: 'strip' | 'transform'): string {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(code, { mode })
  } finally {
    process.emitWarning = emitWarning
  }
}
