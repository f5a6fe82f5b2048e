// JSON values read and written along a model's shapes. What goes in is what JSON.parse gave, what comes out is what an
// operation sees: members under the model's names, timestamps as epoch milliseconds, blobs as bytes. Members that the
// model does not know are ignored; null stands for "not there"; a value of the wrong kind is refused with AWS's own
// sentence.
//
// Each shape is compiled once into a closure: a call costs a walk over its members, nothing else.
import { ServiceError } from '../errors.ts';
import type { Member, ServiceModel, Shape } from '../model.ts';
import { decodeBase64, encodeBase64, formatIsoTimestamp, parseTimestamp } from '../scalar.ts';
import { setMember } from './member.ts';

/** Turns one value into another. */
export type Convert = (value: unknown) => unknown;

type Compile = (shape: Shape, of: (shapeName: string) => Convert) => Convert;

/**
 * Ours: what lies deeper in values that hold themselves is not looked at, for the stack has an end. Only DynamoDB has
 * such values, and it refuses more than 32 levels, whatever the last one holds.
 */
const MAX_DEPTH = 500;

const readers = new WeakMap<ServiceModel, Map<string, Convert>>();
const writers = new WeakMap<ServiceModel, Map<string, Convert>>();

/**
 * The function that reads JSON values of a shape.
 * @throws ServiceError (the function does) `SerializationException` for a value of the wrong kind.
 */
export function jsonReader(model: ServiceModel, shapeName: string): Convert {
  return converter(readers, compileReader, model, shapeName);
}

/** The function that makes values for JSON.stringify from an operation's output. */
export function jsonWriter(model: ServiceModel, shapeName: string): Convert {
  return converter(writers, compileWriter, model, shapeName);
}

function converter(
  cache: WeakMap<ServiceModel, Map<string, Convert>>,
  compile: Compile,
  model: ServiceModel,
  shapeName: string,
): Convert {
  let table = cache.get(model);
  if (!table) {
    table = new Map();
    cache.set(model, table);
  }
  const known = table.get(shapeName);
  if (known) return known;
  const shape = model.shapes[shapeName];
  if (!shape) throw new Error(`The model of ${model.service} has no shape '${shapeName}'.`);
  // A shape may contain itself: until it is compiled, the table holds a function that looks the real one up when it
  // runs.
  const compiled = table;
  let depth = 0;
  compiled.set(shapeName, (value) => {
    if (depth === MAX_DEPTH) return {};
    depth += 1;
    try {
      return compiled.get(shapeName)?.(value);
    } finally {
      depth -= 1;
    }
  });
  const convert = compile(shape, (inner) => converter(cache, compile, model, inner));
  compiled.set(shapeName, convert);
  return convert;
}

function compileReader(shape: Shape, of: (shapeName: string) => Convert): Convert {
  switch (shape.type) {
    case 'structure': {
      const parts = partsOf(shape.members, of);
      return (value) => {
        const record = asRecord(value);
        const out: Record<string, unknown> = {};
        for (const { name, wireName, convert } of parts) {
          const inner = record[wireName];
          if (inner !== undefined && inner !== null) out[name] = convert(inner);
        }
        return out;
      };
    }
    case 'list': {
      const convert = of(shape.member.shape);
      return (value) => {
        if (!Array.isArray(value)) throw misplaced(value);
        return value.map(convert);
      };
    }
    case 'map': {
      const convert = of(shape.value.shape);
      return (value) => mapValues(asRecord(value), convert);
    }
    case 'string':
      return (value) => (typeof value === 'string' ? value : refuse(value, 'a String'));
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : refuse(value, 'a Boolean'));
    case 'integer':
    case 'long':
      return (value) => (typeof value === 'number' ? Math.trunc(value) : refuse(value, 'an Integer'));
    case 'double':
    case 'float':
      return (value) => (typeof value === 'number' ? value : refuse(value, 'a Double'));
    case 'timestamp':
      return (value) => {
        const epochMs = typeof value === 'number' || typeof value === 'string' ? parseTimestamp(value) : undefined;
        return epochMs ?? refuse(value, 'milliseconds since epoch');
      };
    case 'blob':
      return (value) => {
        const bytes = typeof value === 'string' ? decodeBase64(value) : undefined;
        return bytes ?? refuse(value, 'a Blob');
      };
  }
}

function compileWriter(shape: Shape, of: (shapeName: string) => Convert): Convert {
  switch (shape.type) {
    case 'structure': {
      const parts = partsOf(shape.members, of);
      return (value) => {
        const record = value as Readonly<Record<string, unknown>>;
        const out: Record<string, unknown> = {};
        for (const { name, wireName, convert } of parts) {
          const inner = record[name];
          if (inner !== undefined && inner !== null) out[wireName] = convert(inner);
        }
        return out;
      };
    }
    case 'list': {
      const convert = of(shape.member.shape);
      return (value) => (value as readonly unknown[]).map(convert);
    }
    case 'map': {
      const convert = of(shape.value.shape);
      return (value) => mapValues(value as Readonly<Record<string, unknown>>, convert);
    }
    case 'timestamp':
      return shape.timestampFormat === 'iso8601'
        ? (value) => formatIsoTimestamp(Number(value))
        : (value) => Number(value) / 1000;
    case 'blob':
      return (value) => encodeBase64(value as Uint8Array);
    default:
      return (value) => value;
  }
}

function partsOf(members: Readonly<Record<string, Member>>, of: (shapeName: string) => Convert) {
  return Object.entries(members)
    .filter(([, member]) => member.location === undefined)
    .map(([name, member]) => ({ name, wireName: member.locationName ?? name, convert: of(member.shape) }));
}

function mapValues(record: Readonly<Record<string, unknown>>, convert: Convert): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    const value = record[key];
    if (value === undefined || value === null) continue;
    setMember(out, key, convert(value));
  }
  return out;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw misplaced(value);
  return value as Readonly<Record<string, unknown>>;
}

// The sentences that AWS's JSON services are known to answer with, whatever the service.
function refuse(value: unknown, wanted: string): never {
  if (value !== null && typeof value === 'object') throw misplaced(value);
  throw malformed(`${tokenOf(value)} can not be converted to ${wanted}`);
}

function misplaced(value: unknown): ServiceError {
  if (Array.isArray(value)) return malformed('Start of list found where not expected');
  if (value !== null && typeof value === 'object')
    return malformed('Start of structure or map found where not expected.');
  return malformed('Unexpected field type');
}

function tokenOf(value: unknown): string {
  if (value === null) return 'NULL_VALUE';
  return typeof value === 'boolean' ? `${String(value).toUpperCase()}_VALUE` : `${(typeof value).toUpperCase()}_VALUE`;
}

function malformed(message: string): ServiceError {
  return new ServiceError('SerializationException', message, { status: 400 });
}
