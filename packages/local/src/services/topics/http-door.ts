// Momento's HTTP API: publish and long poll on /topics/{cache}/{topic}. Here API destinations come in. A key is always
// asked for, in the `Authorization` header or as `?token=`, not both.
//
// /cache/{cache} (items of a cache) is refused by name: we serve topics.
import { isUtf8 } from 'node:buffer';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { parseSequence, parseTopicPath, type TopicPath } from '@earwitness/protocol/internal/momento/http';
import { GRPC_MESSAGE_MAX_BYTES } from '@earwitness/protocol/internal/momento/limits';
import { BodyTooLarge, readBody } from '../../http/body.ts';
import { type Door, type HttpRequest, type HttpResponse, sendJson } from '../../http/door.ts';
import { poll } from './operations/poll.ts';
import { publish } from './operations/publish.ts';
import type { Parts } from './parts.ts';
import { httpErrorOf } from './refusal.ts';
import type { TopicValue } from './topic.ts';

export function createTopicsHttpDoor(parts: Parts): Door {
  return {
    name: 'topics over HTTP',
    pages: 'any',
    refuse: (_request, response, reason) => sendError(response, momentoError('PERMISSION_ERROR', reason)),
    accepts: ({ url = '' }) => /^\/(topics\/[^/?]+\/[^/?]+|cache\/[^/?]+)\/?(\?|$)/.test(url),
    async handle(request, response) {
      allowOrigin(request, response);
      if (request.method === 'OPTIONS') return sendNothing(response);
      try {
        await answer(parts, request, response);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        sendError(response, error);
      }
    },
  };
}

async function answer(parts: Parts, request: HttpRequest, response: HttpResponse): Promise<void> {
  const url = request.url ?? '';
  const pathname = url.replace(/\?.*/, '');
  const searchParams = new URLSearchParams(url.slice(pathname.length));
  const path = parseTopicPath(pathname);
  if (path === 'malformed')
    throw momentoError('INVALID_ARGUMENT_ERROR', `The path ${pathname} is not URL-encoded as it should be.`);
  if (!path)
    return sendJson(response, 501, {
      code: 'UNIMPLEMENTED',
      message: 'Earwitness serves Momento topics (/topics/{cache}/{topic}), not the items of caches.',
    });
  const identify = () => parts.keys.check(parseKey(request, searchParams), parts.platform.clock.now());
  if (request.method === 'POST') {
    await publish(parts, { ...path, via: 'http' }, async () => ({
      publisherId: identify(),
      ...(await readValue(request)),
    }));
    return sendNothing(response);
  }
  if (request.method === 'GET') {
    const body = await pollUntilGone(parts, path, { searchParams, identify, response });
    return body && sendJson(response, 200, body);
  }
  sendJson(response, 405, { code: 'METHOD_NOT_ALLOWED', message: 'A topic takes POST (publish) and GET (subscribe).' });
}

function parseKey(request: HttpRequest, query: URLSearchParams): string {
  const header = request.headers.authorization;
  const token = query.get('token');
  if (header !== undefined && token !== null)
    throw momentoError(
      'INVALID_ARGUMENT_ERROR',
      'The key is in the Authorization header and in the query; one is enough.',
    );
  return header ?? token ?? '';
}

/** `application/octet-stream` is binary; whatever else it says, a body is text. */
async function readValue(request: HttpRequest): Promise<{ value: TopicValue; sizeBytes: number }> {
  const body = await readBody(request, GRPC_MESSAGE_MAX_BYTES).catch((error: unknown) => {
    throw error instanceof BodyTooLarge ? momentoError('MESSAGE_SIZE_LIMIT_EXCEEDED', error.message) : error;
  });
  const sizeBytes = body.length;
  if (/^application\/octet-stream\b/i.test(request.headers['content-type'] ?? ''))
    return { value: { kind: 'binary', base64: body.toString('base64') }, sizeBytes };
  if (!isUtf8(body)) throw momentoError('INVALID_ARGUMENT_ERROR', 'The message is not UTF-8 text.');
  return { value: { kind: 'text', text: body.toString() }, sizeBytes };
}

async function pollUntilGone(
  parts: Parts,
  path: TopicPath,
  {
    searchParams,
    identify,
    response,
  }: { readonly searchParams: URLSearchParams; readonly identify: () => string; readonly response: HttpResponse },
) {
  const resumeAt = parseSequence(searchParams.get('sequence_number'));
  const page = parseSequence(searchParams.get('sequence_page'));
  if (resumeAt === undefined || page === undefined)
    throw momentoError('INVALID_ARGUMENT_ERROR', 'sequence_number and sequence_page are whole numbers.');
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the caller went away')));
  try {
    return await poll(parts, { ...path, resumeAt, page }, { identify, signal: gone.signal });
  } catch (error) {
    if (gone.signal.aborted) return undefined;
    throw error;
  }
}

// Browsers poll across origins, with the key in a header, so they ask first.
function allowOrigin(request: HttpRequest, response: HttpResponse): void {
  const { origin, 'access-control-request-headers': headers } = request.headers;
  if (origin === undefined) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
  response.setHeader('access-control-allow-headers', headers ?? 'authorization, content-type');
  response.setHeader('vary', 'origin');
}

function sendError(response: HttpResponse, error: ServiceError): void {
  const { status, body } = httpErrorOf(error);
  sendJson(response, status, body);
}

function sendNothing(response: HttpResponse): void {
  response.statusCode = 204;
  response.end();
}
