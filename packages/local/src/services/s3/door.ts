// The door of S3: path style and virtual hosts, presigned URLs, bodies as streams, answers with S3's headers. It makes
// an operation and its input of a request and has the dispatcher run it, as the door of the other AWS services does.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { parseCredentialScope } from '@earwitness/protocol/internal/aws/find-service';
import { loadModel } from '@earwitness/protocol/internal/aws/models/services';
import { errorXml, restXmlCodec } from '@earwitness/protocol/internal/aws/rest-xml/rest-xml';
import { decodeUri, routeXml, type XmlRoute } from '@earwitness/protocol/internal/aws/rest-xml/xml-route';
import type { WireRequest, WireResponse } from '@earwitness/protocol/internal/aws/wire';
import type { Call } from '../../call.ts';
import { streamBody } from '../../http/answer.ts';
import { BodyTooLarge, CallerGone, readBody } from '../../http/body.ts';
import {
  continueRequest,
  type Door,
  type HttpRequest,
  type HttpResponse,
  isExpecting,
  isGone,
  type RequestHead,
  targetOf,
} from '../../http/door.ts';
import { askingOf, HttpCall } from '../../http/http-call.ts';
import { type Caller, createCallerFinder } from '../../permissions/credentials.ts';
import { answerPreflight, corsHeaders, findRule, notAllowed } from './cors.ts';
import { postObject } from './form/post.ts';
import { ANONYMOUS, hostIdOf, type Parts } from './parts.ts';
import { checkPresigned, isPresigned } from './presigned/presigned.ts';
import { bucketOfHost, isForS3 } from './recognize.ts';
import { malformed } from './refusals.ts';
import { incompleteBody } from './upload/aws-chunked.ts';
import { checkDocument } from './upload/document.ts';
import { IncomingBody } from './upload/incoming.ts';

/** Operations whose body is an object's. */
const UPLOADS = new Set(['PutObject', 'UploadPart']);

/** Ours: bytes of any other body; a list of 1,000 keys of 1,024 bytes to delete fits. */
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

const NOTHING = Buffer.alloc(0);

type Headers = Readonly<Record<string, string | undefined>>;

export function createS3Door(parts: Parts): Door {
  const { buckets, platform } = parts;
  const findCaller = createCallerFinder(platform);

  /** Without a signature: a bucket that is there. */
  const isThere = (request: RequestHead) => {
    const { path } = targetOf(request);
    const [, first = ''] = /^\/([^/]+)/.exec(path) ?? [];
    const isOther = request.headers['x-amz-target'] !== undefined || request.headers.authorization !== undefined;
    return !isOther && first !== '' && buckets.get(first) !== undefined;
  };

  async function answer(request: HttpRequest, response: HttpResponse, requestId: string): Promise<WireResponse> {
    const model = await loadModel('s3');
    const wire = wireRequest(request);
    const [, first = ''] = /^\/([^/]*)/.exec(wire.path) ?? [];
    const bucket = buckets.get(decodeUri(first))?.value;
    const headers = plainHeaders(wire);
    const { origin } = headers;
    if (wire.method === 'OPTIONS') return { status: 200, headers: answerPreflight(bucket, headers), body: '' };
    const rule = origin === undefined ? undefined : findRule(bucket, { origin, method: wire.method });
    if (origin !== undefined && !rule) throw notAllowed(wire.method);
    if (isForm(wire)) {
      const callOf = (signer: { readonly accessKeyId: string } | undefined) =>
        new HttpCall(callerOf(signer?.accessKeyId), requestId, askingOf(request, response));
      const bucketUrl = `${platform.address.http}/${first}`;
      const contentType = headers['content-type'];
      return postObject(parts, {
        bucket: bucket?.name ?? first,
        bucketUrl,
        contentType,
        body: bodyOf(request, response),
        callOf,
      });
    }
    const { caller, given } = identify(wire, headers);
    const signed = { ...wire, headers: { ...wire.headers, ...given } };
    const route = routeXml(model, signed);
    const decoded = await readInput({ request, response }, signed, { route, headers });
    const call: Call = new HttpCall(caller, requestId, askingOf(request, response));
    const service = platform.dispatch.service('s3');
    if (!service) throw new Error('S3 is not part of this local cloud.');
    const output = await platform.dispatch.run(service, route.operation, decoded, call);
    const encoded = restXmlCodec.encodeOutput(model, route.operation, output, requestId);
    const status = statusOf(route.operation, { encoded, output });
    const granted = rule && origin !== undefined ? corsHeaders(rule, origin) : {};
    return { ...encoded, status, headers: { ...encoded.headers, ...granted } };
  }

  async function readInput(
    { request, response }: { readonly request: HttpRequest; readonly response: HttpResponse },
    wire: WireRequest,
    { route, headers }: { readonly route: XmlRoute; readonly headers: Headers },
  ): Promise<unknown> {
    const model = await loadModel('s3');
    if (UPLOADS.has(route.operation)) {
      const { input } = restXmlCodec.decode(model, wire);
      return { ...Object(input), Body: new IncomingBody(headers, bodyOf(request, response)) };
    }
    continueRequest(request, response);
    const bytes = await readBody(request, MAX_DOCUMENT_BYTES).catch((error) => {
      if (error instanceof CallerGone) throw incompleteBody();
      throw error instanceof BodyTooLarge ? malformed() : error;
    });
    // With the list of parts come the checksums of the whole object.
    if (route.operation !== 'CompleteMultipartUpload') await checkDocument(headers, bytes);
    return restXmlCodec.decode(model, { ...wire, bytes, text: () => bytes.toString('utf8') }).input;
  }

  /** Who calls, and the headers that stand in a presigned URL. @throws ServiceError as `checkPresigned` */
  function identify(wire: WireRequest, headers: Headers): { readonly caller: Caller; readonly given: Headers } {
    const scope = parseCredentialScope(wire);
    const query = [...new URLSearchParams(wire.query)];
    const presigned = isPresigned(query) ? checkPresigned({ query, headers, nowMs: platform.clock.now() }) : undefined;
    const accessKey =
      presigned?.accessKeyId ?? scope?.accessKey ?? /^AWS ([^:]+):/.exec(headers['authorization'] ?? '')?.[1];
    return { caller: callerOf(accessKey, presigned?.region ?? scope?.region), given: presigned?.headers ?? {} };
  }

  /** Without a key: anybody. @throws ServiceError `ExpiredTokenException` */
  function callerOf(accessKey: string | undefined, region = platform.home.region): Caller {
    if (accessKey === undefined) {
      return { account: ANONYMOUS, region, principal: { kind: 'account', arn: ANONYMOUS } };
    }
    const account = /^\d{12}$/.test(accessKey) ? accessKey : platform.home.account;
    return findCaller({ accessKey, account, region });
  }

  return {
    name: 's3',
    // A bucket's CORS configuration lets pages in.
    pages: 'any',
    continues: true,
    accepts: (request) => isForS3(request) || isThere(request),
    refuse(_request, response, { status, reason }) {
      const requestId = newRequestId(parts);
      const code = status === 403 ? 'AccessDenied' : 'ServiceUnavailable';
      sendRefusal(response, new ServiceError(code, reason, { status }), requestId);
    },
    async handle(request, response) {
      const requestId = newRequestId(parts);
      try {
        send(response, await answer(request, response, requestId), requestId);
      } catch (error) {
        if (!(error instanceof ServiceError)) {
          platform.journal.fault(`s3: ${request.method} ${request.url}`, error);
        }
        const told =
          error instanceof ServiceError
            ? error
            : new ServiceError('InternalError', 'We encountered an internal error. Please try again.', { status: 500 });
        // A caller that was not told to go on keeps its body: what it sends next would be read as such.
        if (isExpecting(request)) response.setHeader('connection', 'close');
        sendRefusal(response, told, requestId);
        // What of a body is still to come is not waited for.
        request.resume();
      }
    },
  };
}

/** A form is posted to a bucket, and asks for nothing of it. */
function isForm({ method, path, query }: WireRequest): boolean {
  return method === 'POST' && query === '' && /^\/[^/]+\/?$/.test(path);
}

/** 16 letters and digits. Source: recorded on AWS, S3's answers. */
function newRequestId({ platform }: Parts): string {
  return platform.ids.signs('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 16);
}

// The caller is told to send its body when the first byte of it is wanted: who is refused before need not send it.
async function* bodyOf(request: HttpRequest, response: HttpResponse): AsyncGenerator<Uint8Array> {
  continueRequest(request, response);
  try {
    yield* request;
  } catch (error) {
    // Who goes away in the middle is refused, though nobody hears it: it is no fault.
    throw request.readableAborted ? incompleteBody() : error;
  }
}

function wireRequest(request: HttpRequest): WireRequest {
  const { path, query } = targetOf(request);
  const bucket = bucketOfHost(request);
  return {
    method: request.method ?? 'GET',
    path: bucket === undefined ? path : `/${bucket}${path}`,
    query,
    headers: request.headers,
    bytes: NOTHING,
    text: () => '',
  };
}

function plainHeaders({ headers }: WireRequest): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'object' ? value.join(', ') : value]),
  );
}

/** Statuses that the model does not tell. */
function statusOf(
  operation: string,
  { encoded, output }: { readonly encoded: WireResponse; readonly output: unknown },
): number {
  if (operation === 'GetObject' || operation === 'HeadObject') {
    return encoded.headers['content-range'] === undefined ? 200 : 206;
  }
  if (/^(Delete(?!Objects)|AbortMultipartUpload|PutBucketPolicy)/.test(operation)) return 204;
  return output === undefined ? 204 : encoded.status;
}

function send(response: HttpResponse, { status, headers, body, pieces }: WireResponse, requestId: string): void {
  if (isGone(response)) return void pieces?.[Symbol.asyncIterator]().return?.();
  // Once Node knows the length, it takes a Content-Disposition for UTF-8 and refuses other bytes: the length is last.
  const { 'content-length': length, ...others } = headers;
  const shown = {
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, headerValue(value)])),
    ...ownHeaders(requestId),
    ...(length !== undefined && { 'content-length': length }),
  };
  if (pieces) {
    response.writeHead(status, shown);
    return void streamBody(response, pieces);
  }
  const hasLength = status !== 204 && headers['content-length'] === undefined;
  response.writeHead(status, {
    ...shown,
    ...(hasLength && { 'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.length }),
  });
  response.end(body);
}

/**
 * What cannot stand in a header is written as in mail. Forms and presigned URLs can give any text. Source: S3 user
 * guide, "Working with object metadata": non US-ASCII characters are encoded as per RFC 2047.
 */
function headerValue(value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  return `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}

function sendRefusal(response: HttpResponse, error: ServiceError, requestId: string): void {
  if (isGone(response)) return;
  const { status = 400 } = error;
  // Fields in lower case are headers: what a delete marker tells has no body to stand in.
  const fields = Object.entries(error.fields);
  const headers = fields
    .filter(([name]) => /^(x-amz-|ETag$)/.test(name))
    .map(([name, value]) => [name.toLowerCase(), String(value)]);
  const inBody = Object.fromEntries(
    fields.filter(([name]) => !/^(x-amz-|ETag$)/.test(name) || error.code === 'InvalidPart'),
  );
  const told = new ServiceError(error.code, error.message, { fields: inBody });
  const hasBody = response.req.method !== 'HEAD' && status !== 304;
  const body = hasBody ? errorXml(told, requestId, hostIdOf(requestId)) : '';
  response.writeHead(status, {
    ...Object.fromEntries(headers),
    ...ownHeaders(requestId),
    ...(hasBody && { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) }),
  });
  response.end(body);
}

function ownHeaders(requestId: string) {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': hostIdOf(requestId), server: 'AmazonS3' };
}
