// JSON values as the fuzz makes them: ordinary ones, and text that stands where a value should (a number too large for a double, a
// key that comes twice).

/** Stands in a value and is written as it is, JSON or not. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Value = null | boolean | number | string | Raw | readonly Value[] | Fields;

export interface Fields {
  readonly [name: string]: Value;
}

export function isFields(value: Value): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Raw);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** JSON text. Numbers that JSON does not have are written as JavaScript prints them, which is not JSON. */
export function writeJson(value: Value): string {
  if (value instanceof Raw) return value.text;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isFields(value)) {
    return `{${Object.entries(value)
      .map(([name, inner]) => `${JSON.stringify(name)}:${writeJson(inner)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

/** A value as text where no JSON is: in a form, a path, a header. */
export function writeText(value: Value): string {
  return typeof value === 'string' ? value : writeJson(value);
}

/** JSON text as a value; undefined when it is not JSON, or so deep that walking it would take more stack than there is. */
export function readJson(text: string): Value | undefined {
  if (/[[{]{500}|(\{"a":){500}|(\[\{"a":){250}/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The names and positions that lead from a value to one within it. */
export type Path = readonly (string | number)[];

/** Ours: deeper values are changed as a whole. */
const MAX_DEPTH = 40;

/** Every value within a value, itself first. */
export function* walk(value: Value, path: Path = []): Generator<{ readonly path: Path; readonly value: Value }> {
  yield { path, value };
  if (path.length === MAX_DEPTH) return;
  if (isList(value)) {
    for (const [index, inner] of value.entries()) yield* walk(inner, [...path, index]);
  } else if (isFields(value)) {
    for (const [name, inner] of Object.entries(value)) yield* walk(inner, [...path, name]);
  }
}

/** Says of one value what takes its place: nothing, when it is undefined. */
export type Change = (value: Value) => Value | undefined;

/** The value with another one at a path. */
export function changeAt(value: Value, path: Path, change: Change): Value | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return change(value);
  if (isList(value)) {
    return value.flatMap((inner, index) => {
      if (index !== first) return [inner];
      const changed = changeAt(inner, rest, change);
      return changed === undefined ? [] : [changed];
    });
  }
  if (!isFields(value)) return value;
  // From entries: `__proto__` is a name like any other.
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]): [string, Value][] => {
      if (name !== first) return [[name, inner]];
      const changed = changeAt(inner, rest, change);
      return changed === undefined ? [] : [[name, changed]];
    }),
  );
}
