// REST with JSON: the operation is a method and a path, input is spread over path, query string, headers and body, and
// a body may be JSON, text or bytes as it is. Lambda and API Gateway speak it. Refuses what no operation of the model
// claims, by method and path.
import { errorShape, errorStatus, ServiceError } from '../errors.ts';
import type { Member, ServiceModel, StructureShape } from '../model.ts';
import { parseTimestamp } from '../scalar.ts';
import { type Codec, headerOf, type WireRequest, type WireResponse } from '../wire.ts';
import { EVENT_STREAM_TYPE, encodeEventStream } from './event-stream.ts';
import { parseBody } from './json.ts';
import { type RoutedRequest, routeRequest } from './rest-route.ts';
import { jsonReader, jsonWriter } from './shape.ts';

export const restJsonCodec: Codec = {
  decode(model, request) {
    const routed = routeRequest(model, request);
    const inputShape = model.operations[routed.operation]?.input;
    return {
      operation: routed.operation,
      input: inputShape ? readInput(model, inputShape, { request, ...routed }) : {},
    };
  },

  encodeOutput(model, operation, output) {
    const { output: outputShape, status = 200 } = model.operations[operation] ?? {};
    return { status, ...(outputShape === undefined ? EMPTY : writeOutput(model, outputShape, output ?? {})) };
  },

  encodeError(model, error) {
    const [name, shape] = errorShape(model, error.code) ?? [error.code];
    const status = errorStatus(model, error);
    // The sentence stands under the name that the error's shape gives it: `message`, or `Message`.
    const messageName = Object.keys(shape?.members ?? {}).find((member) => member.toLowerCase() === 'message');
    const fields = {
      Type: status < 500 ? 'User' : 'Service',
      ...error.fields,
      [messageName ?? 'message']: error.message,
    };
    const { headers, body } = shape ? writeOutput(model, name, fields) : json(JSON.stringify(fields));
    return { status, headers: { ...headers, 'x-amzn-errortype': name }, body };
  },
};

function readInput(
  model: ServiceModel,
  shapeName: string,
  { request, labels, parameters }: RoutedRequest & { readonly request: WireRequest },
): unknown {
  const shape = structureOf(model, shapeName);
  const input =
    shape.payload === undefined ? readMembers(model, shapeName, request) : readPayload(model, shape, request);
  for (const [name, member] of Object.entries(shape.members)) {
    const wireName = member.locationName ?? name;
    let value: unknown;
    switch (member.location) {
      case undefined:
        continue;
      case 'uri':
        value = readText(model, member, labels.get(wireName));
        break;
      case 'header':
        value = readText(model, member, headerOf(request, wireName.toLowerCase()));
        break;
      case 'querystring':
        value = readParameter(model, member, parameters.get(wireName));
        break;
      default:
        throw new Error(`Input members in '${member.location}' are not read (${shapeName}.${name}).`);
    }
    if (value !== undefined) input[name] = value;
  }
  return input;
}

function readMembers(model: ServiceModel, shapeName: string, request: WireRequest): Record<string, unknown> {
  const shape = structureOf(model, shapeName);
  const hasBody = Object.values(shape.members).some((member) => member.location === undefined);
  return hasBody ? (jsonReader(model, shapeName)(parseBody(request.text())) as Record<string, unknown>) : {};
}

function readPayload(model: ServiceModel, shape: StructureShape, request: WireRequest): Record<string, unknown> {
  const name = shape.payload ?? '';
  const payloadShape = shape.members[name]?.shape ?? '';
  if (request.bytes.length === 0) return {};
  switch (model.shapes[payloadShape]?.type) {
    case 'blob':
      return { [name]: request.bytes };
    case 'string':
      return { [name]: request.text() };
    default:
      return { [name]: jsonReader(model, payloadShape)(parseBody(request.text())) };
  }
}

function readParameter(model: ServiceModel, member: Member, values: readonly string[] | undefined): unknown {
  const shape = model.shapes[member.shape];
  if (shape?.type === 'list') return values?.map((value) => readText(model, shape.member, value));
  // API Gateway's `parameters` map stands for whatever else is in the query string; nothing that is served here reads
  // it.
  if (shape?.type === 'map') return undefined;
  return readText(model, member, values?.[0]);
}

// Headers, labels and query parameters are text; the shape says what they mean.
function readText(model: ServiceModel, member: Member, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  switch (model.shapes[member.shape]?.type) {
    case 'integer':
    case 'long':
    case 'double':
    case 'float': {
      const number = text.trim() === '' ? Number.NaN : Number(text);
      if (Number.isNaN(number)) throw malformed(`STRING_VALUE can not be converted to a number: '${text}'`);
      return number;
    }
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'timestamp': {
      const epochMs = parseTimestamp(text);
      if (epochMs === undefined) throw malformed('STRING_VALUE can not be converted to milliseconds since epoch');
      return epochMs;
    }
    default:
      return text;
  }
}

type Written = Pick<WireResponse, 'headers' | 'body' | 'pieces'> & { readonly status?: number };

const EMPTY: Written = { headers: {}, body: '' };

function json(body: string | Uint8Array): Written {
  return { headers: { 'content-type': 'application/json' }, body };
}

function writeOutput(model: ServiceModel, shapeName: string, output: unknown): Written {
  const shape = structureOf(model, shapeName);
  const record = output as Readonly<Record<string, unknown>>;
  const headers: Record<string, string> = {};
  let status: { readonly status?: number } = {};
  for (const [name, member] of Object.entries(shape.members)) {
    const value = record[name];
    if (value === undefined || value === null) continue;
    if (member.location === 'statusCode') status = { status: Number(value) };
    if (member.location === 'header') headers[(member.locationName ?? name).toLowerCase()] = String(value);
  }
  const { headers: bodyHeaders, ...written } = writeBody(model, shapeName, record);
  return { headers: { ...bodyHeaders, ...headers }, ...written, ...status };
}

function writeBody(model: ServiceModel, shapeName: string, record: Readonly<Record<string, unknown>>): Written {
  const shape = structureOf(model, shapeName);
  if (shape.payload === undefined) {
    const hasBody = Object.values(shape.members).some((member) => member.location === undefined);
    return hasBody ? json(JSON.stringify(jsonWriter(model, shapeName)(record))) : EMPTY;
  }
  const payload = record[shape.payload];
  if (payload === undefined || payload === null) return EMPTY;
  const payloadShape = shape.members[shape.payload]?.shape ?? '';
  if (isEventStream(model, payloadShape, payload)) {
    const pieces = encodeEventStream(model, payloadShape, payload);
    return { headers: { 'content-type': EVENT_STREAM_TYPE }, body: '', pieces };
  }
  // Bytes and text go out as they are: Lambda's answer is whatever the function returned.
  if (payload instanceof Uint8Array || typeof payload === 'string') return json(payload);
  return json(JSON.stringify(jsonWriter(model, payloadShape)(payload)));
}

function isEventStream(model: ServiceModel, name: string, payload: unknown): payload is AsyncIterable<unknown> {
  const shape = model.shapes[name];
  return shape?.type === 'structure' && shape.eventstream === true && Symbol.asyncIterator in Object(payload);
}

function structureOf(model: ServiceModel, shapeName: string): StructureShape {
  const shape = model.shapes[shapeName];
  if (shape?.type !== 'structure') throw new Error(`${shapeName} of ${model.service} is not a structure.`);
  return shape;
}

function malformed(message: string): ServiceError {
  return new ServiceError('SerializationException', message, { status: 400 });
}
