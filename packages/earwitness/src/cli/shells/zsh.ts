// Completion for zsh 5, by its own `_arguments`: it knows which flags were given and what stands behind `--`.
import type { CommandWords, Flag } from './words.ts';

export function zshCompletion(commands: readonly CommandWords[]): string {
  const list = commands.map(({ name, description }) => `    ${quote(`${name}:${description.replaceAll(':', '\\:')}`)}`);
  const cases = commands.map(({ name, flags, choices }) => {
    const rest = choices.length > 0 ? `'1: :(${choices.join(' ')})'` : `'*: :_default'`;
    const specs = [...flags.map(specOf), rest].map((spec) => ` \\\n      ${spec}`);
    return `    ${name}) _arguments${specs.join('')} ;;`;
  });
  return `#compdef earwitness
# earwitness, for zsh. In ~/.zshrc, after compinit: eval "$(earwitness completion zsh)"
_earwitness() {
  local -a commands=(
${list.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
compdef _earwitness earwitness`;
}

/** `'(-t --template)'{-t,--template}'[text]:value:_files'`; `*` where a flag may be repeated. */
function specOf({ short, long, description, takesValue, choices }: Flag): string {
  const text = description.replaceAll(/[[\]:]/g, '\\$&');
  const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : takesValue ? ':value:_files' : '';
  const names = short === undefined ? long : `{${short},${long}}`;
  const body = quote(`[${text}]${value}`);
  return /\(repeatable\)/.test(description) ? `'*'${names}${body}` : `${names}${body}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
