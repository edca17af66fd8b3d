import { table } from '../json/table.ts'
import { strftime } from '../python/strftime.ts'
import { Failure } from './error.ts'
import type { Additions } from './filters/additions.ts'
import type { Run } from './run.ts'
import { truth } from './values/compare.ts'
import { iterate } from './values/iterate.ts'
import { writeJson } from './values/json-text.ts'
import { isNothing, textArgument } from './values/native.ts'
import { textOf } from './values/text.ts'
import { Callable, type Keywords, numeric, stringOf } from './values/values.ts'

/** What a model's chat template finds beside Jinja itself, as transformers provides it. */
export const CHAT_ADDITIONS: Additions = {
  filters: table({
    tojson: {
      description: 'The value as JSON, as `json.dumps` writes it: keys in their order, letters as they are.',
      takes: ['ensure_ascii?', 'indent?', 'separators?', 'sort_keys?'],
      apply: (run: Run, value: unknown, ascii: unknown, indent: unknown, separators: unknown, sorted: unknown) =>
        writeJson(run, value, {
          python: true,
          indent: isNothing(indent) ? null : (stringOf(indent) ?? ' '.repeat(Math.min(100, Math.max(0, Number(numeric(indent)))))),
          isUnicode: !truth(ascii),
          isUnsorted: !truth(sorted),
          isStrict: true,
          ...(isNothing(separators) ? {} : { separators: pairOf(run, separators) }),
        }),
    },
  }),
  globals: table({
    raise_exception: callable('<function raise_exception>', 'message', (run, message) => {
      throw new Failure('raised', textOf(run, message))
    }),
    strftime_now: callable('<function strftime_now>', 'format', (run, format) =>
      strftime(textArgument('format', format), run.options.now ?? new Date()),
    ),
  }),
}

function callable(display: string, parameter: string, apply: (run: Run, argument: unknown) => unknown): Callable {
  return new Callable(display, (run: Run, args: unknown[], keywords: Keywords) => {
    run.spend(1)
    const argument = args[0] ?? keywords.get(parameter)
    if (argument === undefined || args.length + keywords.size !== 1)
      throw new Failure('argument', `${display} takes one argument, ${parameter}: found ${args.length + keywords.size}`)
    return apply(run, argument)
  })
}

function pairOf(run: Run, value: unknown): [string, string] {
  const [item, key, ...others] = iterate(run, value)
  if (item === undefined || key === undefined || others.length > 0)
    throw new Failure('argument', 'separators has to be two texts: the one between items and the one behind a key')
  return [textArgument('separators', item), textArgument('separators', key)]
}
