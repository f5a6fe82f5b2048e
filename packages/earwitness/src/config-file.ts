// Finds and reads earwitness.config.{ts,mts,js,mjs}. TypeScript is turned into JavaScript by esbuild on the way, so a Node without
// type stripping reads it too, and everything the file imports is taken in, so that nothing is written to disk. Of `earwitness`
// itself it gets `defineConfig` only: a configuration loads wherever the package is installed, or is not.
import { existsSync } from 'node:fs';
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
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'earwitness',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^earwitness$/ }, ({ path }) => ({ path, namespace: 'earwitness' }));
          onLoad({ filter: /.*/, namespace: 'earwitness' }, () => ({
            contents: 'export const defineConfig = (config) => config;',
          }));
        },
      },
    ],
  });
  const compiled = Buffer.from(result.outputFiles[0]?.contents ?? []).toString('base64');
  return import(`data:text/javascript;base64,${compiled}`);
}
