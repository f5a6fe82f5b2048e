// `earwitness env`: the variables of a local cloud that is running, for `eval "$(npx earwitness env)"`.
import { line } from '../printing/line.ts';
import { isOk, readJson, request } from '../request.ts';
import { type CloudOptions, DEFAULT_PORT } from './cloud-options.ts';
import { printData, say } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Prints `export NAME='value'` lines, or JSON. @throws UsageError when no local cloud answers. */
export async function env(options: CloudOptions & { readonly json?: boolean }): Promise<void> {
  const url = `http://127.0.0.1:${options.port ?? DEFAULT_PORT}/_earwitness/env`;
  const answer = await request(url).catch(() => undefined);
  const variables = answer && isOk(answer) ? parseVariables(await readJson(answer).catch(() => undefined)) : undefined;
  if (!variables) {
    throw new UsageError(`no local cloud answers at ${url}. Start one with 'earwitness dev', or name its --port.`);
  }
  printData(options.json ? JSON.stringify(Object.fromEntries(variables), undefined, 2) : exportLines(variables));
}

/** Names and texts; undefined for anything else, which some other server says. */
function parseVariables(value: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const variables = new Map<string, string>();
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') return undefined;
    variables.set(name, text);
  }
  return variables;
}

/** For a shell to evaluate: nothing but names and quoted texts, whatever the names and texts are. */
function exportLines(variables: ReadonlyMap<string, string>): string {
  const lines: string[] = [];
  for (const [name, value] of variables) {
    if (/^[A-Za-z_]\w*$/.test(name)) lines.push(`export ${name}=${quote(value)}`);
    else say(line`earwitness: ${name} is left out, because a shell does not take it as the name of a variable.`);
  }
  return lines.join('\n');
}

/** Nothing has a meaning between single quotes but their end. Source: POSIX.1-2024, Shell Command Language, 2.2.2. */
function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
