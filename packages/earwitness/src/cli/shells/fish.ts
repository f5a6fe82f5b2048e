// Completion for fish 3.
import type { CommandWords, Flag } from './words.ts';

export function fishCompletion(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, description, flags, choices }) => [
    `complete -c earwitness -n __fish_use_subcommand -f -a ${name} -d ${quote(description)}`,
    ...flags.map((flag) => `complete -c earwitness -n '__fish_seen_subcommand_from ${name}' ${flagOf(flag)}`),
    ...(choices.length === 0
      ? []
      : [`complete -c earwitness -n '__fish_seen_subcommand_from ${name}' -f -a ${quote(choices.join(' '))}`]),
  ]);
  return `# earwitness, for fish. In ~/.config/fish/config.fish: earwitness completion fish | source
${lines.join('\n')}`;
}

function flagOf({ short, long, description, takesValue, choices }: Flag): string {
  return [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(choices.length > 0 ? [`-x -a ${quote(choices.join(' '))}`] : takesValue ? ['-r'] : []),
    `-d ${quote(description)}`,
  ].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
