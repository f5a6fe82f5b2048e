// What the doors of Momento's HTTP API share: browsers of any origin may ask, a key is always needed, in the
// `Authorization` header or as `?token=`, not both, and refusals are the catalogue's.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { GRPC_MESSAGE_MAX_BYTES } from '@earwitness/protocol/internal/momento/limits';
import { sendAnswer } from '../../http/answer.ts';
import { BodyTooLarge, readBody } from '../../http/body.ts';
import { type AnyRequest, type Door, type RequestHead, targetOf } from '../../http/door.ts';
import { type Asking, askingOf } from '../../http/http-call.ts';
import type { WholeAnswer } from '../../http/whole/connection.ts';
import type { Caller } from './key.ts';
import type { Parts } from './parts.ts';
import { httpErrorOf } from './refusal.ts';

export interface HttpAsk {
  readonly request: AnyRequest;
  readonly asking: Asking;
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
  answer(ask: HttpAsk): Promise<WholeAnswer>;
}

export function createHttpDoor({ keys, platform }: Parts, options: HttpDoorOptions): Door {
  const { name, accepts, methods } = options;

  async function answer(request: AnyRequest, asking: Asking): Promise<WholeAnswer> {
    const answered = request.method === 'OPTIONS' ? NOTHING : await ask(request, asking);
    return { ...answered, headers: { ...allowOrigin(request, methods), ...answered.headers } };
  }

  async function ask(request: AnyRequest, asking: Asking): Promise<WholeAnswer> {
    const target = targetOf(request);
    const query = new URLSearchParams(target.query);
    const identify = () => keys.check(parseKey(request, query), platform.clock.now());
    try {
      return await options.answer({ request, asking, path: target.path, query, identify });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return errorAnswer(error);
    }
  }

  return {
    name,
    pages: 'any',
    refuse: (_request, response, { status, reason }) =>
      sendAnswer(
        response,
        errorAnswer(momentoError(status === 403 ? 'PERMISSION_ERROR' : 'SERVER_UNAVAILABLE', reason)),
      ),
    accepts: ({ url = '' }) => accepts.test(url),
    handle: async (request, response) => sendAnswer(response, await answer(request, askingOf(request, response))),
    answer: (request) => answer(request, request),
  };
}

function parseKey(request: AnyRequest, query: URLSearchParams): string {
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
export function readWholeBody(request: HttpAsk['request']): Promise<Buffer> {
  return readBody(request, GRPC_MESSAGE_MAX_BYTES).catch((error: unknown) => {
    throw error instanceof BodyTooLarge ? momentoError('MESSAGE_SIZE_LIMIT_EXCEEDED', error.message) : error;
  });
}

export const NOTHING: WholeAnswer = { status: 204, headers: {}, body: '' };

export function jsonAnswer(status: number, body: unknown): WholeAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(body) };
}

// Browsers ask across origins, with the key in a header, so they ask first.
function allowOrigin({ headers }: Pick<RequestHead, 'headers'>, methods: string): Readonly<Record<string, string>> {
  const { origin, 'access-control-request-headers': asked } = headers;
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': asked ?? 'authorization, content-type',
    vary: 'origin',
  };
}

function errorAnswer(error: ServiceError): WholeAnswer {
  const { status, body } = httpErrorOf(error);
  return jsonAnswer(status, body);
}
