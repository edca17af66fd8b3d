/** How a text is written in YAML. */
export type YamlStyle = 'plain' | 'single' | 'double'

/** Texts that YAML 1.1, as PyYAML or as the letter has it, reads as something else when they are not quoted. */
const NOT_TEXT = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^(?:~|null|Null|NULL|<<|=|)$/,
  /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/,
  /^(?:[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  /^[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?$/,
]

/** The style PyYAML chooses for a text in a block: plain where it can be, else single quotes, else double. */
export function styleOf(text: string): YamlStyle {
  // Control characters and all beyond ASCII are escaped, which only double quotes can.
  if (/[^\n -~]/u.test(text) || / \n|\n /.test(text)) return 'double'
  if (/^[ \n]|[ \n]$|\n/.test(text) || hasIndicator(text)) return 'single'
  return NOT_TEXT.some(pattern => pattern.test(text)) ? 'single' : 'plain'
}

/** Characters that mean something in a block where they stand. */
function hasIndicator(text: string): boolean {
  return /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[-?:](?: |$))/.test(text) || /:(?: |$)| #/.test(text)
}
