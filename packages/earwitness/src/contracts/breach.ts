// Where an event breaks the shape of its type: a required field that is gone, or a value of a type that was never seen
// there. A new field is not a breach.
import type { Path } from '../expectation/path.ts';
import { allows, type Shape, typeOf } from './shape.ts';

/** One place of one event. */
export interface Breach {
  readonly path: Path;
  /** What the lock file says: `integer`, `null | string`. */
  readonly before: string;
  /** What the event has: `string`, or `dropped`. */
  readonly after: string;
  /** Absent when the field was dropped. */
  readonly value?: unknown;
}

/**
 * Every place at which a value breaks a shape.
 * @param path where the value stands in its event
 */
export function findBreaches(shape: Shape, value: unknown, path: Path): Breach[] {
  const type = typeOf(value);
  if (!allows(shape.types, type)) return [{ path, before: shape.types.join(' | '), after: type, value }];
  if (Array.isArray(value)) {
    const { items } = shape;
    return items ? value.flatMap((element, index) => findBreaches(items, element, [...path, index])) : [];
  }
  const { object } = shape;
  if (typeof value !== 'object' || value === null || !object) return [];
  const entries: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  if (object.kind === 'dictionary') {
    const { values } = object;
    return values ? [...entries].flatMap(([name, child]) => findBreaches(values, child, [...path, name])) : [];
  }
  return [...object.fields].flatMap(([name, field]) => {
    const at = [...path, name];
    if (entries.has(name)) return findBreaches(field.shape, entries.get(name), at);
    return field.required ? [{ path: at, before: field.shape.types.join(' | '), after: 'dropped' }] : [];
  });
}
