// Completion for bash 3.2 and later. Where nothing is known, bash offers files; behind `--`, that of a user's command.
import type { CommandWords, Flag } from './words.ts';

export function bashCompletion(commands: readonly CommandWords[]): string {
  // What a flag takes comes first: these patterns are narrower than those of the command.
  const values = commands.flatMap(({ name, flags }) =>
    [...valuesOf(flags)].map(([words, spellings]) => {
      return `    ${spellings.map((flag) => `'${name} ${flag}'`).join(' | ')}) words='${words}' ;;`;
    }),
  );
  const rest = commands.map(({ name, flags, choices }) => {
    const all = flags.map(({ long }) => long).join(' ');
    return `    '${name} '*) if [[ $current == -* ]]; then words='${all}'; else words='${choices.join(' ')}'; fi ;;`;
  });
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
${[...values, ...rest].join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _earwitness earwitness`;
}

/** What flags take, as words, and every spelling of the flags that take it; no words are files. */
function valuesOf(flags: readonly Flag[]): Map<string, string[]> {
  const spellings = new Map<string, string[]>();
  for (const { short, long, takesValue, choices } of flags) {
    if (!takesValue) continue;
    const words = choices.join(' ');
    spellings.set(words, [...(spellings.get(words) ?? []), long, ...(short === undefined ? [] : [short])]);
  }
  return spellings;
}
