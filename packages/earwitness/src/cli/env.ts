// `earwitness env`: the variables of a local cloud that is running, for `eval "$(npx earwitness env)"`.
import { isOk, readJson, request } from '../request.ts';
import { type CloudOptions, DEFAULT_PORT } from './cloud-options.ts';
import { printData } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Prints `export NAME='value'` lines, or JSON. @throws UsageError when no local cloud answers. */
export async function env(options: CloudOptions & { readonly json?: boolean }): Promise<void> {
  const url = `http://127.0.0.1:${options.port ?? DEFAULT_PORT}/_earwitness/env`;
  const answer = await request(url).catch(() => undefined);
  const variables = answer && isOk(answer) ? parseVariables(await readJson(answer).catch(() => undefined)) : undefined;
  if (!variables) {
    throw new UsageError(`no local cloud answers at ${url}. Start one with 'earwitness dev', or name its --port.`);
  }
  const lines = [...variables].map(([name, value]) => `export ${name}=${quote(value)}`);
  printData(options.json ? JSON.stringify(Object.fromEntries(variables), undefined, 2) : lines.join('\n'));
}

/** What a shell is going to evaluate: names that can be names, values that are text. Undefined for what is neither, of some other server. */
function parseVariables(value: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const variables = new Map<string, string>();
  for (const [name, text] of Object.entries(value)) {
    if (!/^[A-Za-z_]\w*$/.test(name) || typeof text !== 'string') return undefined;
    variables.set(name, text);
  }
  return variables;
}

/** Nothing has a meaning between single quotes but their end. Source: POSIX.1-2024, Shell Command Language, 2.2.2. */
function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
