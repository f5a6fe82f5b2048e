// What a function answers, turned into an HTTP answer: proxy responses of both payload formats. A response that has not
// the form that the format asks for is malformed; the gateway then answers for itself. Source: API Gateway developer
// guide, "Output format of a Lambda function for proxy integration" (1.0) and "AWS Lambda integrations for HTTP APIs",
// Lambda function response (2.0).

import { validateHeaderName, validateHeaderValue } from 'node:http';

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** Why a response is malformed, for the journal. */
export class MalformedResponse extends Error {
  override readonly name = 'MalformedResponse';
}

const MEMBERS = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded', 'cookies'];

/** Format 1.0. `decodesBody` says whether base64 bodies leave as bytes. @throws MalformedResponse */
export function parseResponse1(response: unknown, decodesBody: boolean): GatewayAnswer {
  if (!isRecord(response))
    throw new MalformedResponse(`the function answered ${JSON.stringify(response)}, not an object`);
  const unknown = Object.keys(response).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new MalformedResponse(`the response has an unknown member '${unknown}'`);
  const status = parseStatus(response['statusCode'] ?? 200);
  const headers = parseHeaders(response);
  const body = parseBody(response, decodesBody);
  return { status, headers: withType(headers, 'application/json'), body };
}

/** Format 2.0: an answer without a status code is itself the body. @throws MalformedResponse */
export function parseResponse2(response: unknown): GatewayAnswer {
  if (!isRecord(response) || response['statusCode'] === undefined) {
    const body = typeof response === 'string' ? response : JSON.stringify(response);
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
  }
  const status = parseStatus(response['statusCode']);
  const cookies = response['cookies'];
  const headers = parseHeaders(response);
  if (Array.isArray(cookies))
    headers.push(...cookies.map((cookie): [string, string] => ['set-cookie', parseHeader('set-cookie', cookie)]));
  return { status, headers: withType(headers, 'text/plain;charset=UTF-8'), body: parseBody(response, true) };
}

// An informational status (1xx) is no answer: the client would go on waiting for one. Source: RFC 9110, 15.2.
function parseStatus(value: unknown): number {
  const status = typeof value === 'string' ? Number(value) : value;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new MalformedResponse(`its statusCode is ${JSON.stringify(value)}`);
}

// A header that stands in both tables is sent with the values of multiValueHeaders, and with the other's when they lack
// it.
function parseHeaders(response: Record<string, unknown>): [string, string][] {
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

function parseBody(response: Record<string, unknown>, decodesBody: boolean): Buffer {
  const body = response['body'] ?? '';
  if (typeof body !== 'string') throw new MalformedResponse(`its body is ${typeof body}, not text`);
  return Buffer.from(body, response['isBase64Encoded'] === true && decodesBody ? 'base64' : 'utf8');
}

function withType(headers: [string, string][], type: string): [string, string][] {
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return hasType ? headers : [...headers, ['content-type', type]];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
