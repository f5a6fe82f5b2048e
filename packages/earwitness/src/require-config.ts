// Loads a configuration file where import() does not work: in jest's CommonJS. The kit's CommonJS bundle has this file
// in the place of import-config.ts (scripts/bundle-kit.mjs).
import { createRequire } from 'node:module';
import { compileConfig } from './compile-config.ts';

/** What the file exports. */
export async function importConfig(file: string): Promise<object> {
  const module = { exports: {} };
  const run = new Function('module', 'exports', 'require', await compileConfig(file, 'cjs'));
  run(module, module.exports, createRequire(file));
  return module.exports;
}
