// A Query request's form (Action=CreateStack&Parameters.member.1.ParameterKey=A&…) read along a model's shapes. The
// dotted names make a tree; lists are numbered (Tags.member.1, flattened: Tag.1), maps are numbered pairs
// (Attributes.entry.1.key, flattened: Attribute.1.Name). An empty list is written as a name with no value. Fields that
// the model does not know are ignored.
import { ServiceError } from '../errors.ts';
import type { Member, ServiceModel, Shape } from '../model.ts';
import { decodeBase64, parseTimestamp } from '../scalar.ts';

/** One level of the dotted names. */
interface Field {
  value: string | undefined;
  readonly inner: Map<string, Field>;
}

export type Form = Field;

/**
 * Reads `application/x-www-form-urlencoded` text.
 * @throws ServiceError `MalformedQueryString` when it is not percent-encoded UTF-8
 */
export function parseForm(text: string): Form {
  const form: Form = { value: undefined, inner: new Map() };
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const mark = pair.indexOf('=');
    let field = form;
    for (const part of decode(mark < 0 ? pair : pair.slice(0, mark)).split('.')) {
      let next = field.inner.get(part);
      if (!next) {
        next = { value: undefined, inner: new Map() };
        field.inner.set(part, next);
      }
      field = next;
    }
    field.value = mark < 0 ? '' : decode(pair.slice(mark + 1));
  }
  return form;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new ServiceError('MalformedQueryString', 'The query string contains a syntax error.', { status: 404, cause });
  }
}

/**
 * A form's fields as the value of a shape.
 * @throws ServiceError `MalformedInput` when a field is not what its shape asks for
 */
export function readForm(model: ServiceModel, shapeName: string, field: Field): unknown {
  const shape = shapeOf(model, shapeName);
  switch (shape.type) {
    case 'structure': {
      const out: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        const inner = field.inner.get(wireName(model, name, member));
        if (inner) out[name] = readForm(model, member.shape, inner);
      }
      return out;
    }
    case 'list': {
      const items = shape.flattened ? field : field.inner.get(shape.member.locationName ?? 'member');
      return numbered(items).map((item) => readForm(model, shape.member.shape, item));
    }
    case 'map': {
      const entries = numbered(shape.flattened ? field : field.inner.get('entry')).flatMap((entry) => {
        const key = entry.inner.get(shape.key.locationName ?? 'key')?.value;
        const value = entry.inner.get(shape.value.locationName ?? 'value');
        return key === undefined || !value ? [] : [[key, readForm(model, shape.value.shape, value)] as const];
      });
      return Object.fromEntries(entries);
    }
    default:
      return readScalar(shape, field.value ?? '');
  }
}

function numbered(field: Field | undefined): Field[] {
  if (!field) return [];
  return [...field.inner]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, inner]) => inner);
}

function readScalar(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case 'integer':
    case 'long':
    case 'double':
    case 'float': {
      const number = text.trim() === '' ? Number.NaN : Number(text);
      if (Number.isNaN(number)) throw malformed(`For input string: "${text}"`);
      return shape.type === 'integer' || shape.type === 'long' ? Math.trunc(number) : number;
    }
    case 'boolean':
      if (!/^(true|false)$/i.test(text)) throw malformed(`Expected true or false, found "${text}"`);
      return text.toLowerCase() === 'true';
    case 'timestamp': {
      const epochMs = parseTimestamp(text);
      if (epochMs === undefined) throw malformed('timestamp must follow ISO8601');
      return epochMs;
    }
    case 'blob': {
      const bytes = decodeBase64(text);
      if (!bytes) throw malformed('Expected base64');
      return bytes;
    }
    default:
      return text;
  }
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedInput', message, { status: 400 });
}

/**
 * A member's name in forms and in XML. A flattened list has no element of its own: its items carry their own name, if
 * they have one.
 */
export function wireName(model: ServiceModel, name: string, member: Member): string {
  const shape = shapeOf(model, member.shape);
  const items = shape.type === 'list' && shape.flattened ? shape.member.locationName : undefined;
  return items ?? member.locationName ?? name;
}

/** A shape by name. */
export function shapeOf(model: ServiceModel, shapeName: string): Shape {
  const shape = model.shapes[shapeName];
  if (!shape) throw new Error(`The model of ${model.service} has no shape '${shapeName}'.`);
  return shape;
}
