/** The head of a data set's card, by which `datasets` finds its files, and a few words. */
export function cardOf(card: {
  splits: readonly { name: string; files: readonly string[] }[]
  dialect: string
  view: string
  examples: number
}): string {
  const splits = card.splits.filter(({ files }) => files.length > 0)
  const lines = splits.flatMap(({ name, files }) => [
    `  - split: ${name}`,
    `    path: data/${name}-*${files[0]!.slice(files[0]!.lastIndexOf('.'))}`,
  ])
  return [
    '---',
    'configs:',
    '- config_name: default',
    '  data_files:',
    ...lines,
    '---',
    '',
    '# Training data',
    '',
    `${card.examples} rows in the form of ${card.dialect}, view ${card.view}, made by tracewright. \`export.json\` has the funnel, \`manifest/\``,
    'says of every row what is trained in it and which messages of which session it holds.',
    '',
  ].join('\n')
}
