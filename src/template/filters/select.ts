import { Failure } from '../error.ts'
import { callTest } from '../jinja-tests.ts'
import { attributeGetter } from '../methods/attribute-path.ts'
import type { Run } from '../run.ts'
import { truth } from '../values/compare.ts'
import { iterate } from '../values/iterate.ts'
import { textArgument } from '../values/native.ts'
import { type Keywords, Stream } from '../values/values.ts'
import type { Filter } from './filter.ts'

export const map: Filter = {
  description: 'An attribute of each item, or what a filter makes of each.',
  applyAll: (run, value, args, keywords) => {
    if (!truth(value)) return new Stream([])
    const change = args.length === 0 && keywords.has('attribute') ? attributeReader(run, keywords) : filterCaller(run, args, keywords)
    return new Stream(iterate(run, value).map(change))
  },
}

function attributeReader(run: Run, keywords: Keywords): (item: unknown) => unknown {
  for (const name of keywords.keys()) {
    if (name !== 'attribute' && name !== 'default') throw new Failure('argument', `Unexpected keyword argument '${name}'`)
  }
  return attributeGetter(run, keywords.get('attribute'), keywords.get('default'))
}

function filterCaller(run: Run, args: readonly unknown[], keywords: Keywords): (item: unknown) => unknown {
  if (args.length === 0) throw new Failure('argument', 'map requires a filter argument')
  const name = textArgument('filter', args[0])
  const rest = args.slice(1)
  return item => run.options.filters.call(run, name, item, rest, keywords)
}

function selecting(description: string, wanted: boolean, byAttribute: boolean): Filter {
  return {
    description,
    applyAll: (run, value, args, keywords) => {
      if (!truth(value)) return new Stream([])
      if (byAttribute && args.length === 0) throw new Failure('argument', 'Missing parameter for attribute name')
      const read = attributeGetter(run, byAttribute ? args[0] : undefined)
      const [name, ...rest] = byAttribute ? args.slice(1) : args
      const passes = name === undefined ? truth : (item: unknown) => callTest(run, textArgument('test', name), item, rest, keywords)
      return new Stream(iterate(run, value).filter(item => passes(read(item)) === wanted))
    },
  }
}

export const select = selecting('The items that pass a test, or are true.', true, false)
export const reject = selecting('The items that fail a test, or are false.', false, false)
export const selectattr = selecting('The items of which an attribute passes a test, or is true.', true, true)
export const rejectattr = selecting('The items of which an attribute fails a test, or is false.', false, true)
