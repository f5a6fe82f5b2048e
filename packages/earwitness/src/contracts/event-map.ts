// The contracts as TypeScript: an `EventMap` for `subscribe<EventMap>()`, which then completes `source` and
// `detail-type` and knows every detail. Types only: importing the file costs a test nothing.
import { type Contracts, listTypes } from './lock.ts';
import type { ObjectShape, Shape } from './shape.ts';

/** The text of the file. `lockName` is named in it as its source. */
export function printEventMap(contracts: Contracts, lockName: string): string {
  const lines = [`// Written by earwitness from ${lockName}: do not edit.`, '', 'export interface EventMap {'];
  let open: string | undefined;
  for (const { type, shape } of listTypes(contracts)) {
    if (type.source !== open) {
      if (open !== undefined) lines.push('  };');
      lines.push(`  ${nameOf(type.source)}: {`);
      open = type.source;
    }
    lines.push(`    ${nameOf(type.detailType)}: ${printType(shape, '    ')};`);
  }
  if (open !== undefined) lines.push('  };');
  return `${[...lines, '}'].join('\n')}\n`;
}

function printType(shape: Shape, indent: string): string {
  return shape.types
    .map((type) => {
      switch (type) {
        case 'integer':
          return 'number';
        case 'object':
          return printObject(shape.object ?? { kind: 'dictionary' }, indent);
        case 'array':
          return printArray(shape.items, indent);
        default:
          return type;
      }
    })
    .join(' | ');
}

function printArray(items: Shape | undefined, indent: string): string {
  if (!items) return 'unknown[]';
  const element = printType(items, indent);
  return items.types.length === 1 ? `${element}[]` : `(${element})[]`;
}

function printObject(object: ObjectShape, indent: string): string {
  if (object.kind === 'dictionary') {
    return `Record<string, ${object.values ? printType(object.values, indent) : 'unknown'}>`;
  }
  if (object.fields.size === 0) return 'Record<string, unknown>';
  const inner = `${indent}  `;
  const fields = [...object.fields].sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = fields.map(
    ([name, { shape, required }]) => `${inner}${nameOf(name)}${required ? '' : '?'}: ${printType(shape, inner)};\n`,
  );
  return `{\n${lines.join('')}${indent}}`;
}

function nameOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
