import { Argument, Command, Option } from 'commander'
import { say } from '../terminal/say.ts'
import { EXAMPLES } from './init.ts'

/** `tracewright completion`: a script that lets a shell complete commands and options. */
export function completion(tree: () => Command): Command {
  return new Command('completion')
    .summary('let a shell complete commands and options')
    .description(
      'Print a script for a shell. For bash, put into ~/.bashrc: eval "$(tracewright completion bash)". For zsh, the same in ~/.zshrc. For\nfish: tracewright completion fish > ~/.config/fish/completions/tracewright.fish',
    )
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => say(scriptFor(shell, tree())))
}

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** What can be completed of a command: its options, and the words that options and arguments can be. */
type Completed = { name: string; about: string; options: CompletedOption[]; words: readonly string[] }
type CompletedOption = { names: string[]; about: string; takesValue: boolean; choices: readonly string[] }

function completedOf(command: Command): Completed {
  return {
    name: command.name(),
    about: command.summary(),
    options: [...command.options, ...HELP].map(option => ({
      names: [option.long, option.short].flatMap(name => name ?? []),
      about: firstLine(option.description),
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    })),
    words: command.name() === 'init' ? Object.keys(EXAMPLES) : command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  }
}

/** Every command has it, and none lists it. */
const HELP = [new Option('-h, --help', 'what it does, and its options')]

function scriptFor(shell: (typeof SHELLS)[number], tree: Command): string {
  const commands = tree.commands.map(completedOf)
  if (shell === 'fish') return ['complete -c tracewright -n __fish_use_subcommand -f', ...commands.flatMap(fishLines)].join('\n')
  const options = commands.map(({ name, options }) => `    ${name}) words="${options.flatMap(({ names }) => names).join(' ')}" ;;`)
  const values = commands.flatMap(({ name, options }) => options.flatMap(option => valueCases(name, option)))
  const words = commands.flatMap(({ name, words }) => (words.length === 0 ? [] : [`    ${name}) also="${words.join(' ')}" ;;`]))
  const script = `_tracewright() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words="" also="" values=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$word"))
    return
  fi
  case "$command $before" in
${values.join('\n')}
  esac
  if [ -n "$values" ]; then COMPREPLY=($(compgen -W "$values" -- "$word")); return; fi
  case "$command" in
${options.join('\n')}
  esac
  case "$command" in
${words.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$also" -- "$word") $(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _tracewright tracewright`
  if (shell === 'bash') return script
  // Its own completion has to be there before it can take that of bash.
  return `(( $+functions[compdef] )) || { autoload -U compinit && compinit }\nautoload -U +X bashcompinit && bashcompinit\n${script}`
}

/** A case for each name of an option whose values are known. */
function valueCases(command: string, { names, choices }: CompletedOption): string[] {
  return choices.length === 0 ? [] : [`    ${names.map(name => `"${command} ${name}"`).join('|')}) values="${choices.join(' ')}" ;;`]
}

function fishLines({ name, about, options, words }: Completed): string[] {
  const seen = `complete -c tracewright -n '__fish_seen_subcommand_from ${name}'`
  return [
    `complete -c tracewright -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`,
    ...(words.length === 0 ? [] : [`${seen} -a ${quoted(words.join(' '))}`]),
    ...options.map(({ names, about, takesValue, choices }) => {
      const [long, short] = names
      const values = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : ''
      return `${seen} -l ${long!.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}${values} -d ${quoted(about)}`
    }),
  ]
}

/** A text as fish takes it, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function firstLine(text: string): string {
  return text.split('\n')[0]!
}
