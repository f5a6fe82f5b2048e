// JSON of a task and the types of a service's model, both ways. Members are PascalCase in state machines, also where
// the service's own begin with a small letter. What is wanted as text and comes as something else is its JSON text.
// Sources: Step Functions developer guide, "AWS SDK service integrations"; recorded on AWS (LocalStack,
// tests/aws/services/stepfunctions/v2/services/test_aws_sdk_task_service).
import type { Member, ServiceModel, Shape } from '@earwitness/protocol/internal/aws/model';
import { formatIsoTimestamp, parseTimestamp } from '@earwitness/protocol/internal/aws/scalar';
import { isArray, isObject, type Json, type JsonObject } from '@earwitness/protocol/internal/states-language/json';

export interface InputReading {
  /** Ids for members that a client makes up when nobody gives them. */
  readonly uuid: () => string;
  readonly hasJsonBody: boolean;
  /** Hears of a member that the operation does not have. */
  readonly onUnknown: (field: string) => void;
  /** Hears of a value that is not of its member's type. */
  readonly onWrongType: (problem: string) => void;
}

/** An operation's input, as the dispatcher takes it. */
export function readInput(
  model: ServiceModel,
  operation: string,
  value: JsonObject,
  reading: InputReading,
): Record<string, unknown> {
  const shape = model.shapes[model.operations[operation]?.input ?? ''];
  return shape?.type === 'structure' ? readStructure(shape, value, { model, field: '', ...reading }) : {};
}

interface Place extends InputReading {
  readonly model: ServiceModel;
  /** The member that it is, or is in. */
  readonly field: string;
}

/**
 * Sources of the sentences: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/services,
 * test_apigetway_task_service: a list's, of all that is not text); as people quote them (Stack Overflow 76373088: a
 * number where a text is due).
 */
function read(name: string, value: Json, at: Place): unknown {
  const shape = at.model.shapes[name];
  const wrong = () => at.onWrongType(`The value of the field '${at.field}' has an invalid format`);
  switch (shape?.type) {
    case 'structure':
      return isObject(value) ? readStructure(shape, value, at) : wrong();
    case 'list':
      return isArray(value) ? value.map((item) => read(shape.member.shape, item, at)) : wrong();
    case 'map':
      if (!isObject(value)) return wrong();
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(shape.value.shape, item, at)]));
    case 'string':
    case 'blob':
      if (value === null || typeof value === 'number' || typeof value === 'boolean') {
        return at.onWrongType(`The value for the field '${at.field}' must be a STRING`);
      }
      return shape.type === 'blob' ? Buffer.from(textOf(value)) : textOf(value);
    case 'timestamp':
      return (typeof value === 'string' || typeof value === 'number' ? parseTimestamp(value) : undefined) ?? wrong();
    case 'integer':
    case 'long':
    case 'double':
    case 'float':
      return readNumber(value, { isWhole: shape.type === 'integer' || shape.type === 'long' }) ?? wrong();
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return value === 'true' || value === 'false' ? value === 'true' : wrong();
    default:
      return value;
  }
}

function readNumber(value: Json, { isWhole }: { readonly isWhole: boolean }): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  return isWhole && !Number.isInteger(number) ? undefined : number;
}

function readStructure(
  shape: Extract<Shape, { type: 'structure' }>,
  value: JsonObject,
  at: Place,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const names = namesOf(shape);
  for (const [key, item] of Object.entries(value)) {
    const name = names.get(key);
    const member = name === undefined ? undefined : shape.members[name];
    if (name === undefined || !member) at.onUnknown(key);
    // `null` is as if it were not there.
    else if (item !== null) {
      found[name] =
        member.streaming && at.hasJsonBody
          ? Buffer.from(JSON.stringify(item))
          : read(member.shape, item, { ...at, field: key });
    }
  }
  const { payload = '' } = shape;
  if (at.hasJsonBody && payload in found && shape.members[payload]?.streaming) describeBody(shape, found);
  for (const [name, member] of Object.entries(shape.members)) {
    if (member.idempotencyToken && found[name] === undefined) found[name] = at.uuid();
  }
  return found;
}

/**
 * A body that may be streamed is the JSON of what is given, also of a text; the SDK for Java says what it is, and sums
 * it up. Source: recorded on AWS (LocalStack, test_s3_put_object).
 */
function describeBody({ members }: Extract<Shape, { type: 'structure' }>, found: Record<string, unknown>): void {
  const hasSum = Object.keys(found).some((name) => /^(Checksum|ContentMD5)/.test(name));
  if (members['ContentType']) found['ContentType'] ??= 'text/plain; charset=UTF-8';
  if (members['ChecksumAlgorithm'] && !hasSum) found['ChecksumAlgorithm'] = 'CRC32';
}

const MEMBER_NAMES = new WeakMap<Shape, ReadonlyMap<string, string>>();

/** The model's names of members by those in state machines. */
function namesOf(shape: Extract<Shape, { type: 'structure' }>): ReadonlyMap<string, string> {
  const known = MEMBER_NAMES.get(shape);
  if (known) return known;
  const names = new Map(Object.keys(shape.members).map((name) => [pascalCase(name), name]));
  MEMBER_NAMES.set(shape, names);
  return names;
}

export function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Text as it is, anything else as JSON. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What an operation answered, as a state machine sees it. */
export async function writeOutput(model: ServiceModel, operation: string, value: unknown): Promise<Json> {
  const shape = model.operations[operation]?.output;
  return shape === undefined ? {} : write(model, { shape }, value);
}

async function write(model: ServiceModel, member: Member, value: unknown): Promise<Json> {
  const shape = model.shapes[member.shape];
  if (value === undefined || value === null) return null;
  switch (shape?.type) {
    case 'structure': {
      const written: Record<string, Json> = {};
      const given = new Map(Object.entries(Object(value)));
      for (const [name, inner] of Object.entries(shape.members)) {
        const item = given.get(name);
        if (item !== undefined) written[pascalCase(name)] = await write(model, inner, item);
      }
      return written;
    }
    case 'list':
      return Array.isArray(value) ? Promise.all(value.map((item) => write(model, shape.member, item))) : null;
    case 'map': {
      const entries = Object.entries(Object(value));
      const written = await Promise.all(
        entries.map(async ([key, item]) => [key, await write(model, shape.value, item)]),
      );
      return Object.fromEntries(written);
    }
    case 'blob':
      return textOfBytes(value);
    case 'timestamp':
      return typeof value === 'number' ? formatIsoTimestamp(value) : String(value);
    default:
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }
}

async function textOfBytes(value: unknown): Promise<string> {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  const chunks: Uint8Array[] = [];
  if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value) {
    for await (const chunk of value as AsyncIterable<Uint8Array>) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
