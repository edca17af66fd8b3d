/** A bar for each week, made of parts. */
export type Week = { week: string; parts: { [name: string]: number } }

/** Parts that have a colour of their own; the others share one. */
const COLOURS = 6

/** So few weeks have their dates below them, each; of more the first and the last are told. */
const FEW = 4

/** Bars of weeks with a legend; a table says the same to who does not see them. */
export function StackedWeeks({
  weeks,
  say,
  hrefOf,
  elsewhere = '',
}: {
  weeks: readonly Week[]
  say: (n: number) => string
  hrefOf: (week: string) => string
  /** What is counted and stands in no week. */
  elsewhere?: string
}) {
  const sums = new Map<string, number>()
  for (const { parts } of weeks) for (const [name, n] of Object.entries(parts)) sums.set(name, (sums.get(name) ?? 0) + n)
  const names = [...sums].sort(([, a], [, b]) => b - a).map(([name]) => name)
  const totals = weeks.map(({ parts }) => Object.values(parts).reduce((sum, n) => sum + n, 0))
  const most = Math.max(...totals, 0)
  if (most === 0) return <p class="dim">Nothing to show</p>
  const isFew = weeks.length <= FEW
  const colourOf = (name: string) => `c${Math.min(names.indexOf(name), COLOURS - 1)}`
  const legend = names.length <= COLOURS ? names : names.slice(0, COLOURS - 1)
  return (
    <>
      <div class={isFew ? 'weeks few' : 'weeks'}>
        {weeks.map(({ week, parts }, i) => (
          <a
            key={week}
            class="week"
            href={hrefOf(week)}
            title={`Week of ${week}: ${say(totals[i]!)}`}
            aria-label={`Week of ${week}: ${Object.entries(parts)
              .map(([name, n]) => `${name} ${say(n)}`)
              .join(', ')}`}
          >
            {names
              .filter(name => (parts[name] ?? 0) > 0)
              .map(name => (
                <span key={name} class={`part ${colourOf(name)}`} style={{ height: `${(parts[name]! / most) * 100}%` }} />
              ))}
          </a>
        ))}
      </div>
      {isFew ? (
        <>
          <p class="axis few">
            {weeks.map(({ week }) => (
              <span key={week}>{week}</span>
            ))}
          </p>
          <p class="axis">at most {say(most)} a week</p>
        </>
      ) : (
        <p class="axis">
          <span>{weeks[0]!.week}</span>
          <span>at most {say(most)} a week</span>
          <span>{weeks.at(-1)!.week}</span>
        </p>
      )}
      <ul class="legend">
        {legend.map(name => (
          <li key={name}>
            <span class={`dot ${colourOf(name)}`} aria-hidden="true" /> {name} <span class="dim">{say(sums.get(name)!)}</span>
          </li>
        ))}
        {names.length > legend.length && (
          <li>
            <span class={`dot c${COLOURS - 1}`} aria-hidden="true" /> {names.length - legend.length} others
          </li>
        )}
      </ul>
      {elsewhere !== '' && <p class="dim">{elsewhere}</p>}
    </>
  )
}
