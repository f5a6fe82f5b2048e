// Loads a configuration file as Node does: by import().
import { pathToFileURL } from 'node:url';
import { compileConfig } from './compile-config.ts';

/** What the file exports. */
export async function importConfig(file: string): Promise<object> {
  if (!file.endsWith('ts')) return import(pathToFileURL(file).href);
  const compiled = Buffer.from(await compileConfig(file, 'esm')).toString('base64');
  return import(`data:text/javascript;base64,${compiled}`);
}
