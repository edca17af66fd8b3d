import { TracewrightError } from '../errors.ts'
import { choiceAt, refuse, requiredStringAt } from '../fields.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** Seconds since 1970, between two points in time, cut to a unit. */
export const datetime = defineSampler({
  name: 'datetime',
  description: 'A point in time between two, cut to a unit',
  spread: 'other',
  fields: {
    start: ['date or time', '', 'from when on'],
    end: ['date or time', '', 'until when, itself not drawn'],
    unit: ['`Y`, `M`, `D`, `h`, `m` or `s`', '`D`', 'what it is cut to'],
  },
  read(params, where): SamplerParams {
    const [start, end] = [requiredStringAt(params, 'start', where), requiredStringAt(params, 'end', where)]
    const unit = choiceAt(params, 'unit', where, ['Y', 'M', 'D', 'h', 'm', 's']) ?? 'D'
    const [from, to] = [secondsOf(start), secondsOf(end)]
    if (from === null) refuse(`start: found '${start}', expected a point in time such as 2024-01-31 or 2024-01-31T12:00:00`, where)
    if (to === null) refuse(`end: found '${end}', expected a point in time such as 2024-01-31 or 2024-01-31T12:00:00`, where)
    return {
      kind: 'time',
      reads: [],
      decimalPlaces: null,
      draw({ random }) {
        if (!(from! < to!))
          throw new TracewrightError('column', `Cannot draw a time: found start ${start} and end ${end}, expected the end behind the start`)
        return cutTo(unit, from! + Math.floor(random.next() * (to! - from!)))
      },
      toJSON: () => ({ sampler_type: 'datetime', start, end, unit }),
    }
  },
  example: {
    needs: { start: '2024-01-01', end: '2024-02-01' },
    more: { start: '2024-01-01 10:00:00', end: '2024-02-01T00:00:00Z', unit: 'h' },
    wrong: [
      [{ start: 'soon', end: '2024-01-01' }, "start: found 'soon'"],
      [{ start: '2024-02-30', end: '2024-03-01' }, 'start: found'],
    ],
  },
})

/** A point in time as people write it, in whole seconds; without a zone it is in UTC. Null where it is none. */
export function secondsOf(text: string): number | null {
  const iso = /^\s*(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/.exec(
    text,
  )
  if (iso !== null) {
    const [year, month, day, hour, minute, second] = iso
      .slice(1, 7)
      .map((part, i) => (part === undefined ? (i < 3 ? 1 : 0) : Number(part))) as [number, number, number, number, number, number]
    if (
      month < 1 ||
      month > 12 ||
      day < 1 ||
      day > new Date(Date.UTC(year, month, 0)).getUTCDate() ||
      hour > 23 ||
      minute > 59 ||
      second > 59
    )
      return null
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - offsetOf(iso[7])
  }
  if (!/\d/.test(text)) return null
  const parsed = Date.parse(/[Zz]$|[+-]\d{2}:?\d{2}$|GMT|UTC/.test(text) ? text : `${text} UTC`)
  return Number.isNaN(parsed) ? null : Math.floor(parsed / 1000)
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60)
}

function cutTo(unit: 'Y' | 'M' | 'D' | 'h' | 'm' | 's', seconds: number): number {
  const date = new Date(seconds * 1000)
  if (unit === 'Y') return Date.UTC(date.getUTCFullYear(), 0) / 1000
  if (unit === 'M') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) / 1000
  const size = { D: 86_400, h: 3600, m: 60, s: 1 }[unit]
  return Math.floor(seconds / size) * size
}
