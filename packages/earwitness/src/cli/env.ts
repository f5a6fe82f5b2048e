// `earwitness env`: the variables of a local cloud that is running, for `eval "$(npx earwitness env)"`.
import { type CloudOptions, DEFAULT_PORT } from './cloud-options.ts';
import { UsageError } from './usage-error.ts';

/** Prints `export NAME='value'` lines, or JSON. @throws UsageError when no local cloud answers. */
export async function env(options: CloudOptions & { readonly json?: boolean }): Promise<void> {
  const url = `http://127.0.0.1:${options.port ?? DEFAULT_PORT}/_earwitness/env`;
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) {
    throw new UsageError(`no local cloud answers at ${url}. Start one with 'earwitness dev', or name its --port.`);
  }
  const variables = (await response.json()) as Record<string, string>;
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`);
  process.stdout.write(options.json ? `${JSON.stringify(variables, undefined, 2)}\n` : `${lines.join('\n')}\n`);
}
