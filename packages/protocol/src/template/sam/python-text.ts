// How SAM writes a value into a sentence: as Python shows it.
import { isList, isMap, type Value } from '../value.ts';

/** A value inside a sentence: a text as it is, `['a', 'b']`, `{'Ref': 'A'}`, `None`, `True`. */
export function pythonText(value: Value | undefined): string {
  return typeof value === 'string' ? value : shown(value ?? null);
}

function shown(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value}'`;
  if (isList(value)) return `[${value.map(shown).join(', ')}]`;
  if (!isMap(value)) return '';
  return `{${Object.entries(value)
    .map(([name, member]) => `'${name}': ${shown(member)}`)
    .join(', ')}}`;
}

/** What Python calls the kind of a value. */
export function pythonType(value: Value): string {
  if (value === null) return 'NoneType';
  if (isList(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  const kinds: Readonly<Record<string, string>> = { string: 'str', boolean: 'bool' };
  return kinds[typeof value] ?? 'dict';
}
