/** Bits per letter that a text holds by how often each of its letters stands in it (Shannon). */
export function entropyOf(text: string): number {
  const counts = new Map<number, number>()
  for (let i = 0; i < text.length; i++) counts.set(text.charCodeAt(i), (counts.get(text.charCodeAt(i)) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** Whether a text is drawn rather than written: letters and digits mixed, few of them twice, no words of a placeholder. */
export function looksDrawn(text: string, least = 8): boolean {
  if (text.length < least || isPlaceholder(text)) return false
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/].filter(one => one.test(text)).length
  if (classes < 2) return false
  const entropy = entropyOf(text)
  // Short texts cannot hold much; a name with a digit behind it changes between letters and digits once.
  if (!/\d/.test(text)) return text.length >= 16 && entropy >= 3.6 && changesOf(text) >= text.length / 4 && !isNameOfCode(text)
  return entropy >= Math.min(3, Math.log2(text.length) - 0.9) && (changesOf(text) >= 2 || text.length >= 24)
}

/** Whether letters, large and small ones, are in no order that words have. */
export function isLettersDrawn(text: string): boolean {
  return /^[A-Za-z]{10,64}$/.test(text) && changesOf(text) >= text.length / 3 && !isNameOfCode(text)
}

/** Whether a value stands for another one: a variable, a call, an example, stars. */
export function isPlaceholder(value: string): boolean {
  if (/^[$<{%[(*@]/.test(value) && !/^[$%@*(][\w!#^&+-]{7,}$/.test(value)) return true
  if (/^\$[A-Za-z_]\w*$/.test(value) || /^%\w+%$/.test(value) || /^@\w+$/.test(value)) return true
  if (/\.\.\.|…|\$\{|\{\{|<[a-z]|\*{4}|•{3}/i.test(value)) return true
  if (/^(.)\1*$/.test(value) || /^(?:x{4,}|X{4,}|0{6,}|1234567890?|abcdef)/.test(value) || /([xX*#0.-])\1{7}/.test(value)) return true
  return PLACEHOLDER.test(value)
}

const PLACEHOLDER =
  /example|changeme|change[-_]me|placeholder|dummy|redacted|replace|your[-_ ]|[-_]here$|insert[-_]|todo|fixme|not[-_]?set|undefined|sample|removed|hidden|masked|(?:^|[-_])(?:test|fake|mock|null|none|nil|true|false|string|secret|password|token|apikey|api[-_]?key)(?:$|[-_]?(?:key|value|token|secret|password|here)$)/i

function changesOf(text: string): number {
  let changes = 0
  for (let i = 1; i < text.length; i++) if (kindOf(text.charCodeAt(i)) !== kindOf(text.charCodeAt(i - 1))) changes++
  return changes
}

function kindOf(unit: number): number {
  if (unit >= 48 && unit <= 57) return 0
  if (unit >= 65 && unit <= 90) return 1
  return unit >= 97 && unit <= 122 ? 2 : 3
}

/** camelCase, snake_case and dotted names are words. */
function isNameOfCode(text: string): boolean {
  return text.split(/[_.-]|(?<=[a-z])(?=[A-Z])/).every(part => /^[A-Z]?[a-z]{2,}$|^[A-Z]+$/.test(part))
}
