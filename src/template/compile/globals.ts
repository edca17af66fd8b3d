import { table } from '../../json/table.ts'
import { Failure } from '../error.ts'
import { lorem } from '../lorem.ts'
import { entriesFrom } from '../methods/dict.ts'
import type { Run } from '../run.ts'
import { truth } from '../values/compare.ts'
import { dictOf } from '../values/dict.ts'
import { integerArgument, textArgument } from '../values/native.ts'
import { Cycler, Joiner, Namespace } from '../values/objects.ts'
import { Callable, type Keywords, Markup, Range } from '../values/values.ts'

type Apply = (run: Run, args: unknown[], keywords: Keywords) => unknown

function callable(display: string, apply: Apply): Callable {
  return new Callable(display, (run, args, keywords) => {
    run.spend(1)
    return apply(run, args, keywords)
  })
}

/** Functions every template has. */
export const globals = table<Callable>({
  range: callable('<function safe_range>', range),
  dict: callable("<class 'dict'>", (run, args, keywords) => run.own(dictOf(entriesOf('dict', run, args, keywords)))),
  namespace: callable(
    "<class 'jinja2.utils.Namespace'>",
    (run, args, keywords) => new Namespace(dictOf(entriesOf('namespace', run, args, keywords))),
  ),
  cycler: callable("<class 'jinja2.utils.Cycler'>", (_run, args, keywords) => {
    if (keywords.size > 0) throw new Failure('argument', 'cycler() takes no keyword arguments')
    if (args.length === 0) throw new Failure('argument', 'at least one item has to be provided')
    return new Cycler(args)
  }),
  joiner: callable(
    "<class 'jinja2.utils.Joiner'>",
    (_run, args, keywords) => new Joiner(textArgument('sep', args[0] ?? keywords.get('sep'), ', ')),
  ),
  lipsum: callable('<function generate_lorem_ipsum>', lipsum),
})

function range(run: Run, args: unknown[], keywords: Keywords): Range {
  if (keywords.size > 0) throw new Failure('argument', 'range() takes no keyword arguments')
  if (args.length < 1 || args.length > 3) throw new Failure('argument', `range expected 1 to 3 arguments, got ${args.length}`)
  const [first, second, third] = args.map((argument, index) => integerArgument(['start', 'stop', 'step'][index]!, argument))
  const made = second === undefined ? new Range(0, first!, 1) : new Range(first!, second, third ?? 1)
  if (made.step === 0) throw new Failure('argument', 'range() arg 3 must not be zero')
  const most = run.options.limits.range
  if (made.length > most) throw new Failure('limit', `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${most}).`)
  return made
}

function entriesOf(name: string, run: Run, args: unknown[], keywords: Keywords): [unknown, unknown][] {
  if (args.length > 1) throw new Failure('argument', `${name} expected at most 1 argument, got ${args.length}`)
  return [...(args.length === 0 ? [] : entriesFrom(run, args[0])), ...keywords]
}

function lipsum(run: Run, args: unknown[], keywords: Keywords): unknown {
  const [n, html, min, max] = ['n', 'html', 'min', 'max'].map((name, index) => args[index] ?? keywords.get(name))
  const isHtml = html === undefined || truth(html)
  const paragraphs = integerArgument('n', n, 5)
  const longest = integerArgument('max', max, 100)
  run.reserve(paragraphs * longest * 8)
  run.spend(Math.max(0, paragraphs * longest))
  const texts = Array.from({ length: Math.max(0, paragraphs) }, () => lorem(run.random, integerArgument('min', min, 20), longest))
  if (!isHtml) return run.sized(texts.join('\n\n'))
  return new Markup(run.sized(texts.map(text => `<p>${text}</p>`).join('\n')))
}
