// Finds and reads earwitness.config.{ts,mts,js,mjs}. TypeScript is turned into JavaScript by esbuild on the way, so a Node without
// type stripping reads it too; what the file imports of `earwitness` stays an import, relative files are taken in.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type EarwitnessConfig, parseConfig } from './config.ts';
import { ConfigurationError } from './errors.ts';

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
 * Reads and checks a configuration file.
 * @throws ConfigurationError when it cannot be read, compiled or understood
 */
export async function loadConfigFile(file: string): Promise<LoadedConfig> {
  const exports = await importConfig(file).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`${file} cannot be loaded: ${reason}`, { cause });
  });
  if (!('default' in exports)) throw new ConfigurationError(`${file} has no default export.`);
  return { file, folder: dirname(file), config: parseConfig(exports.default, file) };
}

async function importConfig(file: string): Promise<object> {
  if (!file.endsWith('ts')) return import(pathToFileURL(file).href);
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [file],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    write: false,
    logLevel: 'silent',
  });
  // Written beside the original for a moment, because bare imports are looked up from where a module lies.
  const compiled = join(dirname(file), `.earwitness.config.${process.pid}.${Date.now()}.mjs`);
  try {
    await writeFile(compiled, result.outputFiles[0]?.contents ?? '');
    return await import(pathToFileURL(compiled).href);
  } finally {
    await rm(compiled, { force: true });
  }
}
