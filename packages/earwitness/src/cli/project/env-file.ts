// The project's .env: values for parameters that a template leaves open, and for the command of `exec`. It never
// changes a variable that is set, and nothing in it leads to a real cloud.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

type Variables = Readonly<Record<string, string>>;

export interface EnvFile {
  readonly path: string;
  readonly variables: Variables;
  /** Names in it that are not taken, because they lead to the real Momento. */
  readonly leftOut: readonly string[];
}

/** Keys under names that the local cloud does not set itself. */
const KEY_OF_MOMENTO = /^MOMENTO_\w*(KEY|TOKEN)/;

/** `.env` of a folder; undefined when it has none. */
export function readEnvFile(folder: string): EnvFile | undefined {
  const path = join(folder, '.env');
  if (!existsSync(path)) return undefined;
  const all = Object.entries(parseEnv(readFileSync(path, 'utf8')));
  const variables = all.flatMap(([name, value]) =>
    value === undefined || KEY_OF_MOMENTO.test(name) ? [] : [[name, value] as const],
  );
  const leftOut = all.map(([name]) => name).filter((name) => KEY_OF_MOMENTO.test(name));
  return { path, variables: Object.fromEntries(variables), leftOut };
}

/** This process's environment with what the file adds to it. */
export function withEnvFile(host: NodeJS.ProcessEnv, file: EnvFile | undefined): NodeJS.ProcessEnv {
  return { ...file?.variables, ...host };
}

/** What every shell has, and no template means. */
const OF_THE_SHELL =
  /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|LANG|TERM|EDITOR|DISPLAY|HOSTNAME|TMPDIR|TEMP|TMP|CI|(NODE|NPM)_\w+|npm_\w+)$/;

/** The variables that parameters may take: `CacheName` that of `CACHE_NAME`. */
export function variablesForParameters(host: NodeJS.ProcessEnv, file: EnvFile | undefined): NodeJS.ProcessEnv {
  const all = Object.entries(host).filter(([name]) => !OF_THE_SHELL.test(name) && !KEY_OF_MOMENTO.test(name));
  return { ...file?.variables, ...Object.fromEntries(all) };
}
