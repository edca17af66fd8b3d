/** The head of a table: columns of words, and behind them columns of numbers, which stand to the right. */
export function TableHead({ words, numbers }: { words: readonly string[]; numbers: readonly string[] }) {
  return (
    <thead>
      <tr>
        {words.map(name => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
        {numbers.map(name => (
          <th key={name} scope="col" class="n">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  )
}
