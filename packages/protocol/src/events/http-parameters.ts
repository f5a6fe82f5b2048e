// The HTTP request that an API destination gets: path, query, headers and body, put together from the API destination,
// the target's HttpParameters and the connection's parameters (which win). Source: EventBridge user guide, API
// destinations.

import { percentEncode } from '../text/percent-encode.ts';
import { parseJsonPath, selectValue } from './json-path.ts';
import { compactJson, membersOf, textOf } from './json-text.ts';

/** A target's own parameters. A value that starts with `$.` is looked up in the event. */
export interface TargetHttpParameters {
  readonly PathParameterValues?: readonly string[] | undefined;
  readonly HeaderParameters?: Readonly<Record<string, string>> | undefined;
  readonly QueryStringParameters?: Readonly<Record<string, string>> | undefined;
}

export interface Parameter {
  readonly key: string;
  readonly value: string;
}

/** What a connection adds to each request; its authorization is already among the headers. */
export interface ConnectionHttpParameters {
  readonly headers: readonly Parameter[];
  readonly query: readonly Parameter[];
  readonly body: readonly Parameter[];
}

export interface HttpRequestParts {
  readonly url: string;
  /** Name and value by turns, as they go on the wire; without Host and Content-Length. */
  readonly headers: string[];
  readonly body: string;
}

/** Headers that a user cannot set: AWS drops them. */
const REMOVED_HEADERS = new Set(
  `a-im accept-charset accept-datetime accept-encoding cache-control connection content-encoding content-length content-md5 date expect
  forwarded from host http2-settings if-match if-modified-since if-none-match if-range if-unmodified-since max-forwards origin pragma
  proxy-authorization range referer te trailer transfer-encoding user-agent upgrade via warning`.split(/\s+/),
);

/** What the user agent of AWS says of itself. */
const FIXED_HEADERS = [
  ['User-Agent', 'Amazon/EventBridge/ApiDestinations'],
  ['Range', 'bytes=0-1048575'],
  ['Accept-Encoding', 'gzip,deflate'],
  ['Connection', 'close'],
] as const;

/** Puts a request together. */
export function buildHttpRequest(options: {
  readonly endpoint: string;
  readonly target: TargetHttpParameters | undefined;
  readonly connection: ConnectionHttpParameters;
  readonly event: string;
  readonly input: string;
}): HttpRequestParts {
  const { endpoint, target = {}, connection, event, input } = options;
  const path = fillPath(endpoint, target.PathParameterValues ?? [], event);
  const url = addQuery(path, Object.entries(target.QueryStringParameters ?? {}), connection.query, event);

  const headers = new Map<string, Parameter>();
  const setHeader = (key: string, value: string) => headers.set(key.toLowerCase(), { key, value });
  setHeader('Content-Type', 'application/json; charset=utf-8');
  for (const [key, value] of Object.entries(target.HeaderParameters ?? {})) setHeader(key, resolve(value, event));
  for (const { key, value } of connection.headers) setHeader(key, value);

  const lines: string[] = [];
  for (const [key, value] of FIXED_HEADERS) lines.push(key, value);
  for (const [name, { key, value }] of headers) {
    // A line break would let a value from an event add headers of its own.
    if (!REMOVED_HEADERS.has(name)) lines.push(key, value.replace(/[\r\n]+/g, ' '));
  }
  return { url, headers: lines, body: mergeBody(input, connection.body) };
}

/** `*` in the path are filled from left to right. */
function fillPath(endpoint: string, values: readonly string[], event: string): string {
  let path = endpoint;
  for (const value of values) path = path.replace('*', () => percentEncode(resolve(value, event)));
  return path;
}

/** The endpoint's own query stays; of two parameters with one name the connection's wins over the target's. */
function addQuery(
  endpoint: string,
  target: readonly (readonly [string, string])[],
  connection: readonly Parameter[],
  event: string,
): string {
  const query = new Map<string, string>();
  for (const [key, value] of target) query.set(key, resolve(value, event));
  for (const { key, value } of connection) query.set(key, value);
  if (query.size === 0) return endpoint;
  const pairs = [...query].map(([key, value]) => `${percentEncode(key)}=${percentEncode(value)}`);
  return `${endpoint}${endpoint.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

/** A connection's body parameters become members of the input, when that is a JSON object. */
function mergeBody(input: string, parameters: readonly Parameter[]): string {
  const object = parameters.length === 0 ? undefined : compactJson(input);
  if (!object?.startsWith('{')) return input;
  const members = new Map(membersOf(object).map(({ key, value }) => [key, value]));
  for (const { key, value } of parameters) members.set(key, JSON.stringify(value));
  return `{${[...members].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
}

/**
 * A parameter's value: `$.path` is looked up in the event (nothing there: empty), everything else stands for itself.
 */
function resolve(value: string, event: string): string {
  if (!value.startsWith('$')) return value;
  const path = parseJsonPath(value);
  return path ? textOf(selectValue(event, path) ?? '') : value;
}
