// Finds and reads earwitness.config.{ts,mts,js,mjs}.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type EarwitnessConfig, parseConfig } from './config.ts';
import { ConfigurationError } from './errors.ts';
import { importConfig } from './import-config.ts';
import { indent, line, linesOf } from './printing/line.ts';

const NAMES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `earwitness.config.${extension}`);

/** A configuration and where it was found. */
export interface LoadedConfig {
  readonly file: string;
  /** Paths in the configuration start here. */
  readonly folder: string;
  readonly config: EarwitnessConfig;
}

/** The configuration file of a folder or of the nearest folder above it; undefined when there is none. */
export function findConfigFile(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = NAMES.map((name) => join(at, name)).find((file) => existsSync(file));
    if (found !== undefined || at === dirname(at)) return found;
  }
}

/**
 * The configuration of a command: of the file that it names, else of its working directory or a folder above it.
 * @throws ConfigurationError when it cannot be read, compiled or understood
 */
export async function loadConfigOf(command: {
  readonly cwd?: string;
  readonly config?: string;
}): Promise<LoadedConfig | undefined> {
  const directory = resolve(command.cwd ?? '.');
  const file = command.config === undefined ? findConfigFile(directory) : resolve(directory, command.config);
  return file === undefined ? undefined : loadConfigFile(file);
}

/**
 * Reads and checks a configuration file.
 * @throws ConfigurationError when it cannot be read, compiled or understood
 */
export async function loadConfigFile(file: string): Promise<LoadedConfig> {
  const exports = await importConfig(file).catch((cause: unknown) => {
    // A compiler's reason has lines of its own.
    const [reason, ...more] = linesOf(cause instanceof Error ? cause.message : String(cause));
    throw new ConfigurationError([line`${file} cannot be loaded: ${reason ?? ''}`, ...indent(more, '    ')], { cause });
  });
  if (!('default' in exports)) throw new ConfigurationError(`${file} has no default export.`);
  return { file, folder: dirname(file), config: parseConfig(exports.default, file) };
}
