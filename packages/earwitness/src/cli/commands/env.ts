// `earwitness env`: the variables of a local cloud that is running, for `eval "$(npx earwitness env)"`.
import { line } from '../../printing/line.ts';
import { isOk, readJson, request } from '../../request.ts';
import { unproxied } from '../child.ts';
import { adminUrl, type CloudOptions } from '../cloud-options.ts';
import { misleadingNames } from '../misleading.ts';
import { printData, say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Prints `unset NAME` and `export NAME='value'` lines, for a POSIX shell: afterwards its programs find what those of
 * `exec` find. Or the variables alone as JSON.
 * @throws UsageError when no local cloud answers.
 */
export async function env(options: CloudOptions & { readonly json?: boolean }): Promise<void> {
  const url = `${adminUrl(options.port)}/env`;
  const answer = await request(url).catch(() => undefined);
  const variables = answer && isOk(answer) ? parseVariables(await readJson(answer).catch(() => undefined)) : undefined;
  if (!variables) {
    throw new UsageError(`no local cloud answers at ${url}. Start one with 'earwitness dev', or name its --port.`);
  }
  if (options.json) return printData(JSON.stringify(Object.fromEntries(variables), undefined, 2));
  const unset = misleadingNames(process.env)
    .filter((name) => isShellName(name) && !variables.has(name))
    .map((name) => `unset ${name}`);
  printData([...unset, exportLines({ ...unproxied(process.env), ...Object.fromEntries(variables) })].join('\n'));
}

/** Names and texts; undefined for anything else, which is the response of another server. */
function parseVariables(value: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const variables = new Map<string, string>();
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') return undefined;
    variables.set(name, text);
  }
  return variables;
}

/** For a shell to evaluate: always nothing but names and quoted texts. */
function exportLines(variables: Readonly<Record<string, string>>): string {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(variables)) {
    if (isShellName(name)) lines.push(`export ${name}=${quote(value)}`);
    else say(line`earwitness: ${name} is left out, because a shell does not take it as the name of a variable.`);
  }
  return lines.join('\n');
}

/** Whether a shell takes it as the name of a variable. */
function isShellName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

/** Nothing has a meaning between single quotes but their end. Source: POSIX.1-2024, Shell Command Language, 2.2.2. */
function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
