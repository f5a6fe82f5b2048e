// How a request is answered that no codec reads, because its service, or the protocol it is in, is not served: refused,
// or with what a test scripted. The answer is in the form that the request's client reads, or the client shows a parse
// error in place of the sentence. Sources:
// smithy.io's pages of the AWS protocols, "Operation error serialization"; which services speak which one: botocore's
// models.

import type { ServiceError } from '../errors.ts';
import { parameterOf, parseCredentialScope } from '../find-service.ts';
import { element, escapeXml } from '../query/xml.ts';
import { headerOf, type WireRequest, type WireResponse } from '../wire.ts';
import { encodeCbor } from './cbor.ts';

/** What a client reads an error from: a JSON object, a CBOR map, or XML within the elements that are named. */
type Form = 'json' | 'cbor' | 'xml Error' | 'xml ErrorResponse' | 'xml Response/Errors';

/**
 * By signing name, the services that read XML whatever their requests look like. S3 alone has no element around
 * `Error`.
 */
const XML_FORMS: Readonly<Record<string, Form>> = {
  s3: 'xml Error',
  s3express: 'xml Error',
  's3-object-lambda': 'xml Error',
  's3-outposts': 'xml Error',
  route53: 'xml ErrorResponse',
  cloudfront: 'xml ErrorResponse',
  ec2: 'xml Response/Errors',
};

/** An error for a request whose service, and so whose protocol, is not served. */
export function encodeRefusal(request: WireRequest, error: ServiceError, requestId: string): WireResponse {
  const status = error.status ?? 400;
  const form = formOf(request);
  switch (form) {
    case 'json':
      return {
        status,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
        body: JSON.stringify({ __type: error.code, message: error.message }),
      };
    case 'cbor':
      return { status, headers: CBOR_HEADERS, body: encodeCbor({ __type: error.code, message: error.message }) };
    default:
      return { status, headers: { 'content-type': 'text/xml' }, body: writeXml(form, error, requestId) };
  }
}

/** Source: Smithy, "RPC v2 CBOR protocol". */
const CBOR_HEADERS = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

/**
 * What an operation of a service without a model is answered: the output as it was given, in the request's protocol.
 */
export function encodeScripted(
  request: WireRequest,
  output: Readonly<Record<string, unknown>>,
  requestId: string,
): WireResponse {
  const form = formOf(request);
  switch (form) {
    case 'json': {
      const type = headerOf(request, 'content-type') ?? 'application/json';
      return { status: 200, headers: { 'content-type': type }, body: JSON.stringify(output) };
    }
    case 'cbor':
      return { status: 200, headers: CBOR_HEADERS, body: encodeCbor(output) };
    default: {
      const body = writeScripted(form, describeOperation(request), { output, requestId });
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    }
  }
}

function writeScripted(
  form: Exclude<Form, 'json' | 'cbor'>,
  operation: string,
  { output, requestId }: { readonly output: Readonly<Record<string, unknown>>; readonly requestId: string },
): string {
  const members = xmlMembers(output);
  if (form === 'xml Error') return element(`${operation}Result`, members);
  if (form === 'xml Response/Errors') return element(`${operation}Response`, element('requestId', requestId) + members);
  const metadata = element('ResponseMetadata', element('RequestId', requestId));
  return element(`${operation}Response`, element(`${operation}Result`, members) + metadata);
}

function xmlMembers(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => element('member', xmlMembers(item))).join('');
  if (typeof value !== 'object' || value === null) return escapeXml(String(value ?? ''));
  return Object.entries(value)
    .map(([name, member]) => element(name, xmlMembers(member)))
    .join('');
}

function formOf(request: WireRequest): Form {
  const type = headerOf(request, 'content-type') ?? '';
  if (headerOf(request, 'smithy-protocol') === 'rpc-v2-cbor' || type.includes('cbor')) return 'cbor';
  const xml = XML_FORMS[parseCredentialScope(request)?.signingName ?? ''];
  if (xml) return xml;
  return isForm(request) ? 'xml ErrorResponse' : 'json';
}

function writeXml(form: Form, { code, message }: ServiceError, requestId: string): string {
  const described = element('Code', code) + element('Message', escapeXml(message));
  switch (form) {
    case 'xml Error':
      return element('Error', described + element('RequestId', requestId));
    case 'xml Response/Errors':
      return element('Response', element('Errors', element('Error', described)) + element('RequestID', requestId));
    default:
      return element('ErrorResponse', element('Error', described) + element('RequestId', requestId));
  }
}

/**
 * The operation that a request asks for, whatever its service: `ListTopics`, or `GET /path` where only the service's
 * model could tell.
 */
export function describeOperation(request: WireRequest): string {
  const target = headerOf(request, 'x-amz-target');
  if (target !== undefined) return target.slice(target.lastIndexOf('.') + 1);
  const form = isForm(request) && request.query === '' ? request.text() : request.query;
  // SDKs of S3 say in `x-id` what they ask for.
  const named = parameterOf(form, 'Action') ?? parameterOf(form, 'x-id') ?? RPC_PATH.exec(request.path)?.[1];
  return named ?? `${request.method} ${request.path}`;
}

/** The path of a request in Smithy RPC v2 CBOR. */
const RPC_PATH = /^\/service\/[^/]+\/operation\/([^/]+)$/;

function isForm(request: WireRequest): boolean {
  return headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
}
