// What files of tools say, before anybody knows what it is: members are looked up, nothing is promised of them.
import { readFileSync } from 'node:fs';
import { UsageError } from '../usage-error.ts';

export type Table = Readonly<Record<string, unknown>>;

/** An object's members; none of anything else. */
export function tableOf(value: unknown): Table {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Members that are texts, or are written as one. */
export function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(tableOf(value)).map(([name, text]) => [name, String(text)]));
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** @throws UsageError for a file that is not JSON */
export function readTable(file: string): Table {
  try {
    return tableOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${file} cannot be read as JSON: ${reason}`, { cause });
  }
}
