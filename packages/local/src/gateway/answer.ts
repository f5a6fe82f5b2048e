// What a function answers, turned into an HTTP answer: proxy responses of both payload formats. A response that has not
// the form that the format asks for is malformed; the gateway then answers for itself. Source: API Gateway developer
// guide, "Output format of a Lambda function for proxy integration" (1.0) and "AWS Lambda integrations for HTTP APIs",
// Lambda function response (2.0).

import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { RefusedAs } from './responses/deployed-response.ts';

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** Instead of the body, of an answer that is streamed: its pieces as they come. */
  readonly pieces?: AsyncIterable<Uint8Array>;
  /** What a REST API itself refuses, which its gateway responses may say in other words. */
  readonly refusal?: RefusedAs;
}

/** Why a response is malformed, for the journal. `refusal` says what the caller gets instead. */
export class MalformedResponse extends Error {
  override readonly name = 'MalformedResponse';
  readonly refusal: 'malformed' | 'undecodable';

  constructor(message: string, options: ErrorOptions & { readonly refusal?: MalformedResponse['refusal'] } = {}) {
    super(message, options);
    this.refusal = options.refusal ?? 'malformed';
  }
}

const MEMBERS = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded', 'base64Encoded', 'cookies'];

/**
 * Format 1.0 behind a REST API: members that are not known are refused, the status is 200 when there is none, and
 * `base64Encoded` counts before `isBase64Encoded`. `acceptsBytes` says whether the client takes bytes; base64 bodies
 * stay as they are when it does not. Source: AWS SAM team, aws-sam-cli pull request 2941 (their trials on AWS).
 * @throws MalformedResponse
 */
export function parseRestResponse(response: unknown, acceptsBytes: boolean): GatewayAnswer {
  const members = parseMembers(response);
  const unknown = Object.keys(members).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new MalformedResponse(`the response has an unknown member '${unknown}'`);
  const status = parseStatus(members['statusCode'] ?? 200);
  return createAnswer1(status, members, readFlag(members, ['base64Encoded', 'isBase64Encoded']) && acceptsBytes);
}

/**
 * Format 1.0 behind an HTTP API: members that are not known are passed over (`base64Encoded` is one of them), a status
 * is required, and base64 bodies always leave as bytes. Source: as above.
 * @throws MalformedResponse
 */
export function parseHttpResponse1(response: unknown): GatewayAnswer {
  const members = parseMembers(response);
  return createAnswer1(parseStatus(members['statusCode']), members, readFlag(members, ['isBase64Encoded']));
}

function createAnswer1(status: number, members: Members, isBase64: boolean): GatewayAnswer {
  const headers = withType(parseHeaders(members), 'application/json');
  return { status, headers, body: parseBody(members, isBase64) };
}

type Members = Readonly<Record<string, unknown>>;

function parseMembers(response: unknown): Members {
  if (isRecord(response)) return response;
  throw new MalformedResponse(`the function answered ${JSON.stringify(response)}, not an object`);
}

/**
 * The first of the members that is given. Text that says true or false counts as such. Source: the same pull request.
 */
function readFlag(members: Members, names: readonly string[]): boolean {
  const name = names.find((one) => members[one] !== undefined && members[one] !== null);
  if (name === undefined) return false;
  const value = members[name];
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'True') return true;
  if (value === 'false' || value === 'False') return false;
  throw new MalformedResponse(`its ${name} is ${JSON.stringify(value)}`);
}

/**
 * What a function says before the body that it streams: status, headers and cookies, in JSON.
 * Source: docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html (HttpResponseStream.from)
 * @throws MalformedResponse
 */
export function parsePrelude(prelude: unknown): Pick<GatewayAnswer, 'status' | 'headers'> {
  const { status, headers } = parseHead2({ statusCode: 200, ...parseMembers(prelude) });
  return { status, headers: withType(headers, 'application/octet-stream') };
}

/** Format 2.0: an answer without a status code is itself the body. @throws MalformedResponse */
export function parseResponse2(response: unknown): GatewayAnswer {
  if (!isRecord(response) || response['statusCode'] === undefined) {
    const body = typeof response === 'string' ? response : JSON.stringify(response);
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
  }
  const { status, headers } = parseHead2(response);
  const body = parseBody(response, response['isBase64Encoded'] === true);
  return { status, headers: withType(headers, 'text/plain;charset=UTF-8'), body };
}

function parseHead2(response: Members): { readonly status: number; readonly headers: [string, string][] } {
  const status = parseStatus(response['statusCode']);
  const cookies = response['cookies'];
  const headers = parseHeaders(response);
  if (Array.isArray(cookies))
    headers.push(...cookies.map((cookie): [string, string] => ['set-cookie', parseHeader('set-cookie', cookie)]));
  return { status, headers };
}

// An informational status (1xx) is not an answer: the client would go on waiting for one. Source: RFC 9110, 15.2.
function parseStatus(value: unknown): number {
  const status = typeof value === 'string' ? Number(value) : value;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new MalformedResponse(`its statusCode is ${JSON.stringify(value)}`);
}

// A header that stands in both tables is sent with the values of multiValueHeaders, and with the other's when they lack
// it.
function parseHeaders(response: Members): [string, string][] {
  const single = response['headers'] ?? {};
  const multi = response['multiValueHeaders'] ?? {};
  if (!isRecord(single) || !isRecord(multi)) throw new MalformedResponse('its headers are not an object');
  const headers: [string, string][] = [];
  for (const [name, values] of Object.entries(multi)) {
    if (!Array.isArray(values)) throw new MalformedResponse(`its multiValueHeaders.${name} is not a list`);
    for (const value of values) headers.push([name, parseHeader(name, value)]);
  }
  const known = new Map(headers.map(([name, value]) => [`${name.toLowerCase()}\n${value}`, true]));
  for (const [name, value] of Object.entries(single)) {
    if (value === null || value === undefined) continue;
    const text = parseHeader(name, value);
    if (!known.has(`${name.toLowerCase()}\n${text}`)) headers.push([name, text]);
  }
  return headers;
}

function parseHeader(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, String(value));
      return String(value);
    } catch (cause) {
      throw new MalformedResponse(`its header ${name} cannot be sent`, { cause });
    }
  }
  throw new MalformedResponse(`its header ${name} is ${JSON.stringify(value)}, not text`);
}

/** What is no base64 is refused, as a REST API does. Recorded on AWS: LocalStack apigateway_lambda, "bad base64". */
function parseBody(response: Members, isBase64: boolean): Buffer {
  const body = response['body'] ?? '';
  if (typeof body !== 'string') throw new MalformedResponse(`its body is ${typeof body}, not text`);
  if (!isBase64) return Buffer.from(body);
  const text = body.replace(/={0,2}$/, '');
  if (/[^A-Za-z0-9+/]/.test(text) || text.length % 4 === 1)
    throw new MalformedResponse('its body is no base64', { refusal: 'undecodable' });
  return Buffer.from(text, 'base64');
}

function withType(headers: [string, string][], type: string): [string, string][] {
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return hasType ? headers : [...headers, ['content-type', type]];
}

function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
