// What templates are made of: JSON values, as the YAML or JSON text gave them, intrinsic functions still inside.

export type Value = string | number | boolean | null | readonly Value[] | ValueMap;

export interface ValueMap {
  readonly [key: string]: Value;
}

export function isMap(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value);
}

/** A map or a list: what holds further values. */
export function isContainer(value: Value): value is ValueMap | readonly Value[] {
  return typeof value === 'object' && value !== null;
}

/**
 * Calls `visit` for each member of a map or list, with its key or index; a scalar has none. A template has tens of
 * thousands of members and is walked a dozen times: no list of them is made.
 */
export function visitMembers(value: Value, visit: (member: Value, key: string | number) => void): void {
  if (isList(value)) value.forEach(visit);
  else if (isMap(value)) for (const key in value) visit(value[key] ?? null, key);
}

/** A scalar as CloudFormation writes it into a string: `true`, `5`, the text itself; `undefined` for lists and maps. */
export function scalarText(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/** Any value as text, for lookups by name and for messages; lists and maps as JSON: their own `toString` is data. */
export function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** An intrinsic function call `{ "Fn::Join": … }`, `{ Ref: … }`: a map with exactly that one key. */
export interface Intrinsic {
  readonly name: string;
  readonly argument: Value;
}

/**
 * Reads a value as an intrinsic function call. `Condition` counts only with a name as its argument: policy statements
 * have a member of that name too, and it holds a map there.
 */
export function asIntrinsic(value: Value): Intrinsic | undefined {
  if (!isMap(value)) return undefined;
  // Asked of every map of a template, many times: no list of keys is made.
  let name: string | undefined;
  for (const key in value) {
    if (name !== undefined) return undefined;
    name = key;
  }
  if (name === undefined) return undefined;
  const argument = value[name] ?? null;
  if (name === 'Ref' || name.startsWith('Fn::')) return { name, argument };
  return name === 'Condition' && typeof argument === 'string' ? { name, argument } : undefined;
}

/** `{ Ref: AWS::NoValue }`, which removes its member. */
export function isNoValue(value: Value): boolean {
  const intrinsic = asIntrinsic(value);
  return intrinsic?.name === 'Ref' && intrinsic.argument === 'AWS::NoValue';
}

/** How much a value holds: 1 for each value in it, and each character of texts and keys. Stops beyond `limit`. */
export function weigh(value: Value, limit: number): number {
  if (!isMap(value) && !isList(value)) return 1 + (scalarText(value)?.length ?? 0);
  let weight = 1;
  for (const [key, member] of Object.entries(value)) {
    weight += (isMap(value) ? key.length : 0) + weigh(member, limit - weight);
    if (weight > limit) break;
  }
  return weight;
}

/** Whether two values are the same, whatever the order of their keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}
