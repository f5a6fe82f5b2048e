// A token by OAuth's client credentials grant. AWS does not document the request; servers in the wild (Cognito among
// them) insist on a form: client_id, client_secret and the connection's body parameters, `grant_type` when the user did
// not give one.
import type { ConnectionSecret } from '@earwitness/protocol/internal/events/connection-secret';
import { ConnectionFault } from './connection-fault.ts';
import type { HttpClient } from './http-client.ts';

export interface Token {
  readonly type: string;
  readonly value: string;
  readonly lifetimeMs: number;
}

/** Ours: how long a token is kept that does not say how long it is good for. */
const DEFAULT_LIFETIME_MS = 3_600_000;
/** The same 5 s that an invocation has. */
const TIMEOUT_MS = 5000;
/** Ours: bytes of a token's answer that are read. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * Asks the authorization endpoint for a token.
 * @throws ConnectionFault with AWS's sentence for a connection that cannot be authorized.
 */
export async function fetchToken(http: HttpClient, secret: ConnectionSecret): Promise<Token> {
  const {
    header_parameters = [],
    query_string_parameters = [],
    body_parameters = [],
  } = secret.oauth_http_parameters ?? {};
  const url = parseUrl(secret.authorization_endpoint ?? '');
  const form = new URLSearchParams({
    client_id: secret.client_id ?? '',
    client_secret: secret.client_secret ?? '',
    grant_type: 'client_credentials',
  });
  for (const { key, value } of body_parameters) form.set(key, value);
  for (const { key, value } of query_string_parameters) url.searchParams.set(key, value);
  const method = secret.http_method ?? 'POST';
  if (method === 'GET') for (const [key, value] of form) url.searchParams.set(key, value);
  const headers = ['Connection', 'close', 'Accept', 'application/json'];
  if (method !== 'GET') headers.push('Content-Type', 'application/x-www-form-urlencoded');
  for (const { key, value } of header_parameters) headers.push(key, value);

  const result = await http.send({
    method,
    url,
    headers,
    ...(method !== 'GET' && { body: form.toString() }),
    timeoutMs: TIMEOUT_MS,
    readBytes: MAX_ANSWER_BYTES,
  });
  if (result.kind !== 'answered') throw new ConnectionFault('Could not connect to the specified endpoint.');
  if (result.status < 200 || result.status > 299) {
    throw new ConnectionFault(`The authorization endpoint answered ${result.status}.`);
  }
  return parseToken(result.body);
}

function parseUrl(endpoint: string): URL {
  try {
    return new URL(endpoint);
  } catch (cause) {
    throw new ConnectionFault('Could not connect to the specified endpoint.', { cause });
  }
}

function parseToken(body: string): Token {
  let answer: { access_token?: unknown; token_type?: unknown; expires_in?: unknown };
  try {
    answer = JSON.parse(body) as typeof answer;
  } catch (cause) {
    throw new ConnectionFault('The authorization endpoint answered no JSON.', { cause });
  }
  if (typeof answer?.access_token !== 'string') {
    throw new ConnectionFault('The authorization endpoint answered no access_token.');
  }
  const seconds = Number(answer.expires_in);
  return {
    // Servers spell the type as they like; `bearer` is sent as the header's own spelling.
    type: typeof answer.token_type === 'string' && !/^bearer$/i.test(answer.token_type) ? answer.token_type : 'Bearer',
    value: answer.access_token,
    lifetimeMs: seconds > 0 ? seconds * 1000 : DEFAULT_LIFETIME_MS,
  };
}
