// samconfig.toml: what `sam deploy` would deploy a template with. Read are the tables `default.global.parameters` and
// `default.deploy.parameters`: the stack's name, its parameters and tags. Buckets, regions and capabilities of a real
// deployment mean nothing here.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { parseOverrides } from './overrides.ts';
import { type Table, tableOf } from './table.ts';

export const SAMCONFIG = 'samconfig.toml';

export interface SamSettings {
  readonly stackName?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The settings of a folder; undefined when it has none.
 * @throws UsageError for a file that is not TOML, or has a value of another form
 */
export async function readSamconfig(folder: string): Promise<SamSettings | undefined> {
  const file = join(folder, SAMCONFIG);
  if (!existsSync(file)) return undefined;
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parseSamconfig(parse(readFileSync(file, 'utf8')), SAMCONFIG);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.split('\n');
    throw new UsageError(`${file}:${error.line}:${error.column}: ${reason}`, { cause: error });
  }
}

/** @throws UsageError */
export function parseSamconfig(value: unknown, file: string): SamSettings {
  const commands = tableOf(tableOf(value)['default']);
  const [shared, own] = ['global', 'deploy'].map((command) => tableOf(tableOf(commands[command])['parameters']));
  const settings: Table = { ...shared, ...own };
  const name = settings['stack_name'];
  if (name !== undefined && typeof name !== 'string') throw wrong(file, 'stack_name', 'a text');
  return {
    ...(name !== undefined && { stackName: name }),
    parameters: pairs(settings['parameter_overrides'], file, 'parameter_overrides'),
    tags: pairs(settings['tags'], file, 'tags'),
  };
}

function pairs(value: unknown, file: string, name: string): Record<string, string> {
  const found = value === undefined ? {} : parseOverrides(value);
  if (found === undefined) throw wrong(file, name, `text such as 'Stage=dev Name="a b"', or a list of such`);
  return found;
}

function wrong(file: string, name: string, expected: string): UsageError {
  return new UsageError(`${file}: ${name} of [default.deploy.parameters] must be ${expected}.`);
}
