// REST with XML, which S3 alone speaks here: input is spread over path, query string, headers and body; a body is XML,
// or the bytes of an object. Bodies of objects are streams: who reads a request puts the stream into the decoded input,
// and an output's stream follows its head. Errors stand bare, without namespace or wrapper.
import { errorStatus, ServiceError } from '../errors.ts';
import type { Member, ServiceModel, StructureShape } from '../model.ts';
import { shapeOf } from '../query/form.ts';
import { element, escapeXml, writeMembers } from '../query/xml.ts';
import { parseTimestamp } from '../scalar.ts';
import { type Codec, headerOf, type WireRequest, type WireResponse } from '../wire.ts';
import { parseXml, XmlError } from './parse-xml.ts';
import { malformedXml, readElement } from './read-xml.ts';
import { routeXml, type XmlRoute } from './xml-route.ts';

const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n';
const XML: Readonly<Record<string, string>> = { 'content-type': 'application/xml' };

/** Root elements that are named otherwise than the shape. Source: S3 API reference, the operations' response syntax. */
const ROOTS: Readonly<Record<string, string>> = {
  ListBuckets: 'ListAllMyBucketsResult',
  ListObjects: 'ListBucketResult',
  ListObjectsV2: 'ListBucketResult',
  ListObjectVersions: 'ListVersionsResult',
  ListParts: 'ListPartsResult',
  ListMultipartUploads: 'ListMultipartUploadsResult',
  CreateMultipartUpload: 'InitiateMultipartUploadResult',
  CompleteMultipartUpload: 'CompleteMultipartUploadResult',
  DeleteObjects: 'DeleteResult',
  GetBucketVersioning: 'VersioningConfiguration',
  GetBucketTagging: 'Tagging',
  GetObjectTagging: 'Tagging',
  GetBucketCors: 'CORSConfiguration',
  GetBucketLifecycleConfiguration: 'LifecycleConfiguration',
  GetBucketAcl: 'AccessControlPolicy',
  GetObjectAcl: 'AccessControlPolicy',
  GetBucketNotificationConfiguration: 'NotificationConfiguration',
  GetObjectAttributes: 'GetObjectAttributesResponse',
  GetBucketLogging: 'BucketLoggingStatus',
  GetBucketRequestPayment: 'RequestPaymentConfiguration',
  GetBucketWebsite: 'WebsiteConfiguration',
  UploadPartCopy: 'CopyPartResult',
};

export const restXmlCodec: Codec = {
  decode(model, request) {
    const route = routeXml(model, request);
    const input = model.operations[route.operation]?.input;
    return {
      operation: route.operation,
      input: input === undefined ? {} : readInput(model, input, { request, route }),
    };
  },

  encodeOutput(model, operation, output) {
    const { output: shapeName, status = 200, method } = model.operations[operation] ?? {};
    if (shapeName === undefined) return { status, headers: {}, body: '' };
    const record = (output ?? {}) as Readonly<Record<string, unknown>>;
    const headers = writeHeaders(structureOf(model, shapeName), model, record);
    if (method === 'HEAD') return { status, headers, body: '' };
    const { headers: bodyHeaders, ...written } = writeBody(model, { operation, shapeName }, record);
    return { status, headers: { ...bodyHeaders, ...headers }, ...written };
  },

  encodeError(model, error, requestId) {
    return { status: errorStatus(model, error), headers: XML, body: errorXml(error, requestId) };
  },
};

/** The body of a refusal; `id` and `hostId` also stand in headers. */
export function errorXml({ code, fields, message }: ServiceError, requestId: string, hostId = ''): string {
  const further = Object.entries(fields).map(([name, value]) => element(name, escapeXml(String(value))));
  const told = [element('Code', escapeXml(code)), element('Message', escapeXml(message)), ...further];
  return `${PROLOGUE}${element('Error', [...told, element('RequestId', requestId), element('HostId', hostId)].join(''))}`;
}

function readInput(
  model: ServiceModel,
  shapeName: string,
  { request, route }: { readonly request: WireRequest; readonly route: XmlRoute },
): unknown {
  const shape = structureOf(model, shapeName);
  const input: Record<string, unknown> = readBody(model, shape, request);
  for (const [name, member] of Object.entries(shape.members)) {
    const wireName = member.locationName ?? name;
    const value = readLocated(model, member, wireName, { request, route });
    if (value !== undefined) input[name] = value;
  }
  return input;
}

function readLocated(
  model: ServiceModel,
  member: Member,
  wireName: string,
  { request, route }: { readonly request: WireRequest; readonly route: XmlRoute },
): unknown {
  switch (member.location) {
    case 'uri':
      return wireName === 'Bucket' ? route.bucket : route.key;
    case 'querystring':
      return readText(model, member, { name: wireName, text: route.parameters.get(wireName) });
    case 'header':
      return readText(model, member, { name: wireName, text: headerOf(request, wireName.toLowerCase()) });
    case 'headers': {
      const prefix = wireName.toLowerCase();
      const named = Object.keys(request.headers).filter((name) => name.startsWith(prefix));
      return Object.fromEntries(named.map((name) => [name.slice(prefix.length), headerOf(request, name) ?? '']));
    }
    default:
      return undefined;
  }
}

function readBody(
  model: ServiceModel,
  { payload, members }: StructureShape,
  request: WireRequest,
): Record<string, unknown> {
  const { shape: name, streaming } = members[payload ?? ''] ?? {};
  if (payload === undefined || name === undefined || streaming || request.bytes.length === 0) return {};
  const { type } = shapeOf(model, name);
  if (type === 'string') return { [payload]: request.text() };
  try {
    return { [payload]: readElement(model, name, parseXml(request.text())) };
  } catch (error) {
    throw error instanceof XmlError ? malformedXml() : error;
  }
}

/** @throws ServiceError `InvalidArgument` for what is no integer */
function readText(
  model: ServiceModel,
  member: Member,
  { name, text }: { readonly name: string; readonly text: string | undefined },
): unknown {
  if (text === undefined) return undefined;
  const shape = shapeOf(model, member.shape);
  switch (shape.type) {
    case 'integer':
    case 'long':
      if (text.trim() === '') return undefined;
      if (/^-?\d{1,15}$/.test(text.trim())) return Number(text);
      // The operation has words of its own.
      if (name === 'partNumber') return Number.NaN;
      // S3's sentence, as users report it of max-keys.
      throw new ServiceError('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
        status: 400,
        fields: { ArgumentName: name, ArgumentValue: text },
      });
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'timestamp':
      return parseTimestamp(text);
    case 'list':
      return text.split(',').map((item) => item.trim());
    default:
      return text;
  }
}

function writeHeaders(
  shape: StructureShape,
  model: ServiceModel,
  record: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, member] of Object.entries(shape.members)) {
    const value = record[name];
    if (value === undefined || value === null) continue;
    const wireName = (member.locationName ?? name).toLowerCase();
    if (member.location === 'header') headers[wireName] = headerText(model, member, value);
    if (member.location !== 'headers') continue;
    for (const [key, text] of Object.entries(value)) headers[wireName + key] = String(text);
  }
  return headers;
}

function headerText(model: ServiceModel, member: Member, value: unknown): string {
  const { type } = shapeOf(model, member.shape);
  return type === 'timestamp' ? new Date(Number(value)).toUTCString() : String(value);
}

type Written = Pick<WireResponse, 'headers' | 'body' | 'pieces'>;

function writeBody(
  model: ServiceModel,
  { operation, shapeName }: { readonly operation: string; readonly shapeName: string },
  record: Readonly<Record<string, unknown>>,
): Written {
  const { payload, members } = structureOf(model, shapeName);
  if (payload === undefined) {
    const hasBody = Object.values(members).some(({ location }) => location === undefined);
    if (!hasBody) return { headers: {}, body: '' };
    if (operation === 'GetBucketLocation')
      return document(model, 'LocationConstraint', escapeXml(String(record['LocationConstraint'] ?? '')));
    return document(model, ROOTS[operation] ?? shapeName, writeMembers(model, shapeName, record));
  }
  const value = record[payload];
  const { shape: name = '', streaming } = members[payload] ?? {};
  if (value === undefined || value === null) return { headers: {}, body: '' };
  if (streaming) return value instanceof Uint8Array ? { headers: {}, body: value } : stream(value);
  if (typeof value === 'string') return { headers: { 'content-type': 'application/json' }, body: value };
  return document(model, ROOTS[operation] ?? name, writeMembers(model, name, value));
}

function stream(value: unknown): Written {
  return { headers: {}, body: '', pieces: value as AsyncIterable<Uint8Array> };
}

function document({ xmlNamespace }: ServiceModel, root: string, content: string): Written {
  const namespace = xmlNamespace ?? 'http://s3.amazonaws.com/doc/2006-03-01/';
  const body =
    content === '' ? `<${root} xmlns="${namespace}"/>` : `<${root} xmlns="${namespace}">${content}</${root}>`;
  return { headers: XML, body: PROLOGUE + body };
}

function structureOf(model: ServiceModel, shapeName: string): StructureShape {
  const shape = shapeOf(model, shapeName);
  if (shape.type !== 'structure') throw new Error(`${shapeName} of ${model.service} is not a structure.`);
  return shape;
}
