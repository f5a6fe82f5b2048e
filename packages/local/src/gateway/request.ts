// A request to a deployed API, read once from the wire and turned by event-1.0.ts and event-2.0.ts into what the
// function sees.
import type { Principal } from '../call.ts';
import type { AnyRequest } from '../http/door.ts';

export interface GatewayRequest {
  readonly method: string;
  /** As sent, still encoded, without the stage; starts with `/`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Names as sent, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly sourceIp: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  readonly requestId: string;
  /** The `X-Amzn-Trace-Id` header: the caller's, or one made here. */
  readonly traceId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Left out: nothing was said of the caller. */
  readonly authorized?: Authorized;
  /** Who signed it, where that was asked (AWS_IAM). */
  readonly signer?: Signer;
  /** The API key that let the request in. */
  readonly apiKey?: { readonly id: string; readonly value: string };
}

/** What an authorizer said of the caller, as functions, templates and parameters see it. */
export interface Authorized {
  /** `requestContext.authorizer` of format 1.0; its members are `$context.authorizer.…`. */
  readonly flat: Readonly<Record<string, unknown>>;
  /** `requestContext.authorizer` of format 2.0: the same below the name of the authorizer's kind. */
  readonly nested: Readonly<Record<string, unknown>>;
  /** The API key that it named, of an API that takes keys from its authorizers. */
  readonly usageKey?: string;
}

export interface Signer {
  readonly accessKey: string;
  readonly accountId: string;
  readonly userArn: string;
  /** `AROAEXAMPLE:session`, `AIDAEXAMPLE`, or the account itself. */
  readonly userId: string;
  readonly principal: Principal;
}

/** The headers that the gateway adds are its own: what a caller sent under these names is replaced. */
const GATEWAY_HEADERS = new Set(['x-amzn-trace-id', 'x-forwarded-port', 'x-forwarded-proto']);

interface Sent {
  readonly path: string;
  readonly query: string;
  readonly body: Buffer;
  readonly requestId: string;
  readonly traceId: string;
  readonly at: number;
}

export function createGatewayRequest(request: AnyRequest, sent: Sent): GatewayRequest {
  const sourceIp = (request.socket?.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  const headers: [string, string][] = [];
  let forwardedFor = sourceIp;
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    const value = request.rawHeaders[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (lower.startsWith(':') || GATEWAY_HEADERS.has(lower)) continue;
    if (lower === 'x-forwarded-for') forwardedFor = `${value}, ${sourceIp}`;
    else headers.push([name, value]);
  }
  // HTTP/2 has no Host header.
  if (request.headers.host === undefined && request.headers[':authority'] !== undefined) {
    headers.push(['Host', String(request.headers[':authority'])]);
  }
  headers.push(['X-Amzn-Trace-Id', sent.traceId]);
  headers.push(['X-Forwarded-For', forwardedFor]);
  headers.push(['X-Forwarded-Port', '443']);
  headers.push(['X-Forwarded-Proto', 'https']);
  const protocol = `HTTP/${request.httpVersion}`;
  return { ...sent, method: request.method ?? 'GET', headers, sourceIp, protocol };
}

/** The header's value, by its name in lower case. */
export function headerOf(request: GatewayRequest, name: string): string | undefined {
  return request.headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

/** Query parameters in order, decoded; every name with all of its values. */
export function parseQuery(query: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query))
    parameters.set(name, [...(parameters.get(name) ?? []), value]);
  return parameters;
}

/**
 * Whether a media type is among a REST API's binaryMediaTypes: an exact type, a family (`image/` and a star), or
 * everything.
 */
export function matchesMediaType(types: readonly string[], value: string | undefined): boolean {
  const given = value?.split(';')[0]?.trim().toLowerCase();
  return types.some((type) => {
    if (type === '*/*') return true;
    if (given === undefined) return false;
    const wanted = type.toLowerCase();
    return wanted.endsWith('/*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted;
  });
}
