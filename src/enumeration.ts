/** A word of configs as the name of a constant: `sql:sqlite` is `SQL_SQLITE`, `llm-text` is `LLM_TEXT`. */
type NameOf<Word extends string> = Word extends `${infer Before}:${infer After}`
  ? `${NameOf<Before>}_${NameOf<After>}`
  : Word extends `${infer Before}-${infer After}`
    ? `${NameOf<Before>}_${NameOf<After>}`
    : Uppercase<Word>

/** Words of configs under names, as Data Designer's enumerations have them: `CodeLang.SQL_SQLITE` is 'sql:sqlite'. */
export type Enumeration<Word extends string> = { readonly [Each in Word as NameOf<Each>]: Each }

/** An enumeration of words that a config can say. */
export function enumerationOf<const Word extends string>(words: Iterable<Word>): Enumeration<Word> {
  return Object.freeze(Object.fromEntries([...words].map(word => [word.replaceAll(/[:-]/g, '_').toUpperCase(), word]))) as Enumeration<Word>
}
