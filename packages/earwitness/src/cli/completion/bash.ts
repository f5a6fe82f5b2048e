// Completion for bash 3.2 and later. Where nothing is known, bash offers files; behind `--`, that of a user's command.
import type { CommandWords } from './words.ts';

export function bashCompletion(commands: readonly CommandWords[]): string {
  const values = commands.flatMap(({ name, flags, choices }) => [
    ...flags
      .filter(({ takesValue }) => takesValue)
      .map(({ long, short, choices: some }) => {
        const patterns = [long, short].flatMap((flag) => (flag === undefined ? [] : [`'${name} ${flag}'`]));
        return `    ${patterns.join(' | ')}) words='${some.join(' ')}' ;;`;
      }),
    `    '${name} '*) if [[ $current == -* ]]; then words='${flagsOf(flags)}'; else words='${choices.join(' ')}'; fi ;;`,
  ]);
  return `# earwitness, for bash. In ~/.bashrc: eval "$(earwitness completion bash)"
_earwitness() {
  local current=\${COMP_WORDS[COMP_CWORD]} command= words= index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ \${COMP_WORDS[index]} == -- ]] && return
    [[ -z $command && \${COMP_WORDS[index]} != -* ]] && command=\${COMP_WORDS[index]}
  done
  case "$command \${COMP_WORDS[COMP_CWORD - 1]}" in
    ' '*) words='${commands.map(({ name }) => name).join(' ')} --help --version' ;;
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _earwitness earwitness`;
}

function flagsOf(flags: CommandWords['flags']): string {
  return flags.map(({ long }) => long).join(' ');
}
