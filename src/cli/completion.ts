import { Argument, Command } from 'commander'
import { say } from './say.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

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

function scriptFor(shell: (typeof SHELLS)[number], tree: Command): string {
  const commands = tree.commands.map(command => ({
    name: command.name(),
    about: command.summary(),
    options: command.options.flatMap(option => option.long ?? []),
  }))
  if (shell === 'fish') return commands.flatMap(fishLines).join('\n')
  const cases = commands.map(({ name, options }) => `    ${name}) words="${options.join(' ')}" ;;`).join('\n')
  const script = `_tracewright() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands.map(({ name }) => name).join(' ')}"
  else case "\${COMP_WORDS[1]}" in
${cases}
  esac; fi
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "$words" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi ;;
  esac
}
complete -o filenames -F _tracewright tracewright`
  return shell === 'bash' ? script : `autoload -U +X bashcompinit && bashcompinit\n${script}`
}

function fishLines({ name, about, options }: { name: string; about: string; options: readonly string[] }): string[] {
  const said = about.replaceAll("'", "\\'")
  return [
    `complete -c tracewright -n __fish_use_subcommand -a ${name} -d '${said}'`,
    ...options.map(option => `complete -c tracewright -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`),
  ]
}
