// What the doors of Momento's HTTP API share: browsers of any origin may ask, a key is always needed, in the
// `Authorization` header or as `?token=`, not both, and refusals are the catalogue's.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { GRPC_MESSAGE_MAX_BYTES } from '@earwitness/protocol/internal/momento/limits';
import { BodyTooLarge, readBody } from '../../http/body.ts';
import { type Door, type HttpRequest, type HttpResponse, sendJson, targetOf } from '../../http/door.ts';
import type { Caller } from './key.ts';
import type { Parts } from './parts.ts';
import { httpErrorOf } from './refusal.ts';

export interface HttpAsk {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Who asks. @throws AUTHENTICATION_ERROR, INVALID_ARGUMENT_ERROR */
  identify(): Caller;
}

export interface HttpDoorOptions {
  readonly name: string;
  /** Of paths with their queries. */
  readonly accepts: RegExp;
  /** For browsers: `GET, POST, OPTIONS`. */
  readonly methods: string;
  answer(ask: HttpAsk): Promise<void>;
}

export function createHttpDoor({ keys, platform }: Parts, options: HttpDoorOptions): Door {
  const { name, accepts, methods, answer } = options;
  return {
    name,
    pages: 'any',
    refuse: (_request, response, { status, reason }) =>
      sendError(response, momentoError(status === 403 ? 'PERMISSION_ERROR' : 'SERVER_UNAVAILABLE', reason)),
    accepts: ({ url = '' }) => accepts.test(url),
    async handle(request, response) {
      allowOrigin(request, response, methods);
      if (request.method === 'OPTIONS') return sendNothing(response);
      const target = targetOf(request);
      const query = new URLSearchParams(target.query);
      const identify = () => keys.check(parseKey(request, query), platform.clock.now());
      try {
        await answer({ request, response, path: target.path, query, identify });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        sendError(response, error);
      }
    },
  };
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

/** @throws MESSAGE_SIZE_LIMIT_EXCEEDED for what not even gRPC would take. */
export function readWholeBody(request: HttpRequest): Promise<Buffer> {
  return readBody(request, GRPC_MESSAGE_MAX_BYTES).catch((error: unknown) => {
    throw error instanceof BodyTooLarge ? momentoError('MESSAGE_SIZE_LIMIT_EXCEEDED', error.message) : error;
  });
}

export function sendNothing(response: HttpResponse): void {
  response.statusCode = 204;
  response.end();
}

// Browsers ask across origins, with the key in a header, so they ask first.
function allowOrigin(request: HttpRequest, response: HttpResponse, methods: string): void {
  const { origin, 'access-control-request-headers': headers } = request.headers;
  if (origin === undefined) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', methods);
  response.setHeader('access-control-allow-headers', headers ?? 'authorization, content-type');
  response.setHeader('vary', 'origin');
}

function sendError(response: HttpResponse, error: ServiceError): void {
  const { status, body } = httpErrorOf(error);
  sendJson(response, status, body);
}
