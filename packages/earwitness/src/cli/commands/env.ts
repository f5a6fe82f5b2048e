// `earwitness env`: the variables of a local cloud that is running, for a shell or a program:
// `eval "$(npx earwitness env)"`.
import { line } from '../../printing/line.ts';
import { misleadingNames } from '../misleading.ts';
import { unproxied } from '../process/child.ts';
import { readEnvironment } from '../running/environment.ts';
import { isShellName, SHELLS, type ShellName } from '../shells/variables.ts';
import { printData, say } from '../terminal.ts';

export interface EnvOptions {
  readonly format: ShellName | 'json';
  readonly json?: boolean;
  readonly port?: string;
}

/**
 * Prints lines that take variables away and set others: afterwards the shell's programs find what those of `exec` find.
 * Or, as a file of variables or as JSON, what is set alone.
 * @throws UsageError when no local cloud answers.
 */
export async function env({ format, json, port }: EnvOptions): Promise<void> {
  const variables = await readEnvironment(port);
  const ours = Object.fromEntries(variables);
  const all = { ...ours, ...unproxied(process.env, ours) };
  if (json || format === 'json') return printData(JSON.stringify(all, undefined, 2));
  printData([...unsetLines(format, variables), ...setLines(format, all)].join('\n'));
}

function unsetLines(format: ShellName, variables: ReadonlyMap<string, string>): string[] {
  const { unset } = SHELLS[format];
  if (!unset) return [];
  return misleadingNames(process.env)
    .filter((name) => isShellName(name) && !variables.has(name))
    .map(unset);
}

/** Always nothing but names and quoted texts. */
function setLines(format: ShellName, all: Readonly<Record<string, string>>): string[] {
  return Object.entries(all).flatMap(([name, value]) => {
    const written = isShellName(name) ? SHELLS[format].set(name, value) : undefined;
    if (written !== undefined) return [written];
    const why = isShellName(name)
      ? `${format} cannot hold its value`
      : 'a shell does not take it as the name of a variable';
    say(line`earwitness: ${name} is left out, because ${why}.`);
    return [];
  });
}
