import { TracewrightError } from '../errors.ts'
import { choiceAt, refuse, requiredStringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { secondsOf } from './datetime.ts'
import { requiredWholeAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

const SIZES = { D: 86_400, h: 3600, m: 60, s: 1 }

/** A point in time some while after that of another column. */
export const timedelta = defineSampler({
  name: 'timedelta',
  description: 'A point in time some while after that of another column',
  spread: 'other',
  fields: {
    dt_min: ['whole number from 0', '', 'least time after the other column'],
    dt_max: ['whole number', '', 'most, itself not drawn'],
    reference_column_name: ['text', '', 'the other column, a `datetime` or `timedelta`'],
    unit: ['`D`, `h`, `m` or `s`', '`D`', 'of the two numbers'],
  },
  read(params, where): SamplerParams {
    const [low, high] = [requiredWholeAt(params, 'dt_min', where, 0), requiredWholeAt(params, 'dt_max', where, 1)]
    const reference = requiredStringAt(params, 'reference_column_name', where)
    const unit = choiceAt(params, 'unit', where, ['D', 'h', 'm', 's']) ?? 'D'
    if (low >= high) refuse(`params: found dt_min ${low} and dt_max ${high}, expected dt_min below dt_max`, where)
    return {
      kind: 'time',
      reads: [reference],
      decimalPlaces: null,
      draw({ random, row, times }) {
        const given = row[reference]
        const start = times.get(reference) ?? (typeof given === 'string' ? secondsOf(given) : null)
        if (start === null)
          throw new TracewrightError(
            'column',
            `Cannot add to a time: found '${reference}' ${writeJson(given ?? null)}, expected a point in time`,
          )
        return start + (low + random.integer(high - low)) * SIZES[unit]
      },
      toJSON: () => ({ sampler_type: 'timedelta', dt_min: low, dt_max: high, reference_column_name: reference, unit }),
    }
  },
  example: {
    needs: { dt_min: 1, dt_max: 5, reference_column_name: 'day' },
    more: { dt_min: 0, dt_max: 60, reference_column_name: 'day', unit: 'm' },
    row: { day: '2024-01-31T00:00:00' },
    wrong: [
      [{ dt_min: 5, dt_max: 5, reference_column_name: 'day' }, 'dt_min below dt_max'],
      [{ dt_min: -1, dt_max: 5, reference_column_name: 'day' }, 'dt_min'],
    ],
  },
})
