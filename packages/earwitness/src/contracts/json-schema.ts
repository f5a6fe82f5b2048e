// Shapes as JSON Schema (2020-12) and back. Only the part of JSON Schema that a shape can say is written, and only that
// part is read: a lock file that was edited by hand to say more is refused by its place, because what is not understood
// could not be checked.
import { ConfigurationError } from '../errors.ts';
import { printPath } from '../expectation/path.ts';
import { type Field, type Format, joinTypes, type ObjectShape, type Shape, type TypeName } from './shape.ts';

/** The part of JSON Schema that is written. */
export interface JsonSchema {
  readonly type: TypeName | readonly TypeName[];
  readonly format?: Format;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
  readonly items?: JsonSchema;
}

/** Always the same text for the same shape: names in the order of their code units. */
export function schemaOf({ types, format, object, items }: Shape): JsonSchema {
  const [only, ...more] = types;
  return {
    type: only !== undefined && more.length === 0 ? only : types,
    ...(format ? { format } : {}),
    ...(object ? schemaOfObject(object) : {}),
    ...(items ? { items: schemaOf(items) } : {}),
  };
}

function schemaOfObject(object: ObjectShape): Pick<JsonSchema, 'properties' | 'required' | 'additionalProperties'> {
  if (object.kind === 'dictionary') return object.values ? { additionalProperties: schemaOf(object.values) } : {};
  const fields = [...object.fields].sort(([one], [other]) => (one < other ? -1 : 1));
  if (fields.length === 0) return {};
  const required = fields.filter(([, field]) => field.required).map(([name]) => name);
  return {
    properties: Object.fromEntries(fields.map(([name, { shape }]) => [name, schemaOf(shape)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

const TYPES: readonly string[] = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
const FORMATS: readonly unknown[] = [undefined, 'date-time', 'uuid'];
const KEYWORDS = ['type', 'format', 'properties', 'required', 'additionalProperties', 'items'];

/** Where a schema stands: a file, and the steps inside it. */
export interface Place {
  readonly file: string;
  readonly path: readonly string[];
}

/** @throws ConfigurationError naming the place that is not such a schema. */
export function parseShape(schema: unknown, place: Place): Shape {
  const fields = record(schema, place);
  const unknown = Object.keys(fields).find((keyword) => !KEYWORDS.includes(keyword));
  if (unknown !== undefined) refuse(place, `has "${unknown}", which is not one of ${KEYWORDS.join(', ')}`);
  const types = parseTypes(fields['type'], into(place, 'type'));
  const { format } = fields;
  if (!FORMATS.includes(format)) refuse(into(place, 'format'), 'can be "date-time" or "uuid"');
  const items = fields['items'] === undefined ? undefined : parseShape(fields['items'], into(place, 'items'));
  return {
    types,
    ...(format === undefined ? {} : { format: format as Format }),
    ...(types.includes('object') ? { object: parseObject(fields, place) } : {}),
    ...(items ? { items } : {}),
  };
}

function parseTypes(value: unknown, place: Place): TypeName[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (names.length === 0 || !names.every((name) => TYPES.includes(String(name)))) {
    refuse(place, `must be one of ${TYPES.join(', ')}, or an array of them`);
  }
  return joinTypes([], names as TypeName[]);
}

function parseObject(schema: Readonly<Record<string, unknown>>, place: Place): ObjectShape {
  const { additionalProperties, properties = {}, required = [] } = schema;
  if (additionalProperties !== undefined) {
    if ('properties' in schema || 'required' in schema) {
      refuse(
        place,
        'has "additionalProperties" beside "properties": an object has named fields, or keys that are data',
      );
    }
    return { kind: 'dictionary', values: parseShape(additionalProperties, into(place, 'additionalProperties')) };
  }
  if (!Array.isArray(required)) refuse(into(place, 'required'), 'must be an array of names');
  const within = into(place, 'properties');
  const fields = Object.entries(record(properties, within)).map(([name, value]): [string, Field] => [
    name,
    { shape: parseShape(value, into(within, name)), required: required.includes(name) },
  ]);
  const stranger = required.find((name: unknown) => !fields.some(([known]) => known === name));
  if (stranger !== undefined)
    refuse(into(place, 'required'), `names ${JSON.stringify(stranger)}, which no property is`);
  return { kind: 'fields', fields: new Map(fields) };
}

/** A place one or more steps further in. */
export function into({ file, path }: Place, ...steps: readonly string[]): Place {
  return { file, path: [...path, ...steps] };
}

/** @throws ConfigurationError when the value is not an object. */
export function record(value: unknown, place: Place): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return refuse(place, 'must be an object');
}

/** @throws ConfigurationError always. */
export function refuse({ file, path }: Place, what: string): never {
  throw new ConfigurationError(`${file}: ${path.length === 0 ? 'the file' : printPath(path)} ${what}.`);
}
