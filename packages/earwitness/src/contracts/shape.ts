// What samples of one thing look like: which JSON types it had, which fields, which of them always. Joining is
// commutative, associative and idempotent, so samples may come in any order, from any number of processes, any number
// of times. Nothing is guessed: no enums, no ranges, no patterns. No value is kept, only names of fields.
//
//   { id: 'a', total: 2 }  join  { id: 'b', total: 2.5, note: null }   =   id: string · total: number · note?: null

/** JSON Schema's names of types; `integer` only while every number was whole. */
export type TypeName = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string';

/** What every sample's text looked like. An observation, not a promise: losing it breaks nothing. */
export type Format = 'date-time' | 'uuid';

/** What all samples of one place have in common. */
export interface Shape {
  /** At least one, in the order of the alphabet, never both `integer` and `number`. */
  readonly types: readonly TypeName[];
  readonly format?: Format;
  /** Present when `object` is among the types. */
  readonly object?: ObjectShape;
  /** What elements of arrays look like; absent when all arrays were empty. */
  readonly items?: Shape;
}

/**
 * An object with fields that have names, or one whose keys are data (ids, dates), where only the values have a shape.
 */
export type ObjectShape =
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, Field> }
  | { readonly kind: 'dictionary'; readonly values?: Shape };

/** A field of an object; `required` when every sample had it. */
export interface Field {
  readonly shape: Shape;
  readonly required: boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** RFC 3339, section 5.6: with a zone, or it would not be an instant. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
/** A key that is data: a UUID, a ULID, a number, a date. */
const KEY_IS_DATA =
  /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-7][0-9A-HJKMNP-TV-Z]{25}|\d+|\d{4}-\d{2}-\d{2}.*)$/i;

/** The shape of one sample, a JSON value. */
export function inferShape(sample: unknown): Shape {
  const type = typeOf(sample);
  const types = [type];
  if (typeof sample === 'string') {
    const format = formatOf(sample);
    return format ? { types, format } : { types };
  }
  if (Array.isArray(sample)) {
    const items = joinAll(sample.map(inferShape));
    return items ? { types, items } : { types };
  }
  return typeof sample === 'object' && sample !== null ? { types, object: inferObject(sample) } : { types };
}

/** The type of a JSON value. */
export function typeOf(value: unknown): TypeName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value as 'boolean' | 'string';
  return 'object';
}

/** Whether a value of this type may stand where these are. Every integer is a number. */
export function allows(types: readonly TypeName[], type: TypeName): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

function formatOf(text: string): Format | undefined {
  if (UUID.test(text)) return 'uuid';
  return DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)) ? 'date-time' : undefined;
}

function inferObject(sample: object): ObjectShape {
  const entries = Object.entries(sample);
  const fields = new Map(entries.map(([name, value]) => [name, { shape: inferShape(value), required: true }]));
  const object: ObjectShape = { kind: 'fields', fields };
  return entries.some(([name]) => KEY_IS_DATA.test(name)) ? dictionaryOf(object) : object;
}

/** What both have in common: every sample that met one of them meets it. */
export function joinShapes(one: Shape, other: Shape): Shape {
  const object = eitherOrBoth(one.object, other.object, joinObjects);
  const items = eitherOrBoth(one.items, other.items, joinShapes);
  const format = joinFormats(one, other);
  return {
    types: joinTypes(one.types, other.types),
    ...(format ? { format } : {}),
    ...(object ? { object } : {}),
    ...(items ? { items } : {}),
  };
}

/** The join of all of them; undefined for none. */
export function joinAll(shapes: Iterable<Shape>): Shape | undefined {
  let joined: Shape | undefined;
  for (const shape of shapes) joined = eitherOrBoth(joined, shape, joinShapes);
  return joined;
}

/** The shape of all these samples; undefined for none. Most samples look like those before, and cost no new shape. */
export function shapeOfSamples(samples: Iterable<unknown>): Shape | undefined {
  let shape: Shape | undefined;
  for (const sample of samples) {
    if (!shape || !covers(shape, sample)) shape = eitherOrBoth(shape, inferShape(sample), joinShapes);
  }
  return shape;
}

/** Whether a sample adds nothing: joined, it would leave the shape as it is. */
function covers({ types, format, object, items }: Shape, sample: unknown): boolean {
  if (!allows(types, typeOf(sample))) return false;
  if (typeof sample === 'string') return format === undefined || formatOf(sample) === format;
  if (Array.isArray(sample)) return sample.every((element) => items !== undefined && covers(items, element));
  if (typeof sample !== 'object' || sample === null || !object) return true;
  const entries = Object.entries(sample);
  if (object.kind === 'dictionary') {
    const { values } = object;
    return entries.every(([, value]) => values !== undefined && covers(values, value));
  }
  const known = entries.every(([name, value]) => {
    const field = object.fields.get(name);
    return field !== undefined && covers(field.shape, value);
  });
  if (!known) return false;
  for (const [name, { required }] of object.fields) if (required && !Object.hasOwn(sample, name)) return false;
  return true;
}

/** The one that is defined; when both are, `both` makes one of them. */
export function eitherOrBoth<T>(
  one: T | undefined,
  other: T | undefined,
  both: (one: T, other: T) => T,
): T | undefined {
  return one === undefined ? other : other === undefined ? one : both(one, other);
}

/** The types of both; every integer is a number. */
export function joinTypes(one: readonly TypeName[], other: readonly TypeName[]): TypeName[] {
  const types = new Set([...one, ...other]);
  if (types.has('number')) types.delete('integer');
  return [...types].sort();
}

/** The format that every text of both had. */
export function joinFormats(one: Shape, other: Shape): Format | undefined {
  const formats = [one, other].filter(({ types }) => types.includes('string')).map(({ format }) => format);
  return formats.every((format) => format === formats[0]) ? formats[0] : undefined;
}

function joinObjects(one: ObjectShape, other: ObjectShape): ObjectShape {
  if (one.kind === 'fields' && other.kind === 'fields') {
    const fields = new Map<string, Field>();
    for (const [name, { shape, required }] of one.fields) {
      const twin = other.fields.get(name);
      fields.set(name, {
        shape: twin ? joinShapes(shape, twin.shape) : shape,
        required: required && twin?.required === true,
      });
    }
    for (const [name, { shape }] of other.fields) if (!fields.has(name)) fields.set(name, { shape, required: false });
    return { kind: 'fields', fields };
  }
  const values = eitherOrBoth(dictionaryOf(one).values, dictionaryOf(other).values, joinShapes);
  return values ? { kind: 'dictionary', values } : { kind: 'dictionary' };
}

/** The same objects, seen as dictionaries. */
export function dictionaryOf(object: ObjectShape): ObjectShape & { readonly kind: 'dictionary' } {
  if (object.kind === 'dictionary') return object;
  const values = joinAll([...object.fields.values()].map(({ shape }) => shape));
  return values ? { kind: 'dictionary', values } : { kind: 'dictionary' };
}
