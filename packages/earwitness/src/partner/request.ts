// A request that a fake destination received, and what a test can expect of one.
import type { IncomingMessage } from 'node:http';
import { compileExpectation } from '../expectation/compile.ts';
import { isAsymmetric, isSchema, type StandardSchema } from '../expectation/decider.ts';
import type { Expectation } from '../expectation/expectation.ts';
import type { PartialOf } from '../expectation/expected.ts';
import { printValue } from '../expectation/print.ts';

/** One request, as it came. */
export interface DestinationRequest {
  /** `POST` */
  readonly method: string;
  /** Without the query: `/shipments`. */
  readonly path: string;
  /** By name; of a name that comes twice, the last. */
  readonly query: Readonly<Record<string, string>>;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, the text otherwise; absent when there was none. */
  readonly body?: unknown;
}

/** What can be expected of a request: the same as of an event. */
export type ExpectedRequest =
  | PartialOf<DestinationRequest>
  | ((request: DestinationRequest) => boolean)
  | RegExp
  | StandardSchema
  | Expectation;

/** Reads a request to its end. @throws Error when its caller is gone before */
export async function readRequest(incoming: IncomingMessage): Promise<DestinationRequest> {
  const { method = '', url = '/' } = incoming;
  const { path, query } = parseTarget(url);
  const headers = Object.entries(incoming.headers).map(([name, value = '']) => [name, [value].flat().join(', ')]);
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += String(chunk);
  return {
    method,
    path,
    query,
    headers: Object.fromEntries(headers),
    ...(text !== '' && { body: parseBody(text) }),
  };
}

// Not by URL against a base, which takes `//shipments` for a host, and throws for `//`.
function parseTarget(target: string): Pick<DestinationRequest, 'path' | 'query'> {
  const end = target.indexOf('?');
  if (end === -1) return { path: target, query: {} };
  return { path: target.slice(0, end), query: Object.fromEntries(new URLSearchParams(target.slice(end + 1))) };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The expectation with words for a request: `POST /shipments`. */
export function compileRequest(expected: ExpectedRequest): Expectation {
  const expectation = compileExpectation(expected);
  if (expectation === expected || !isPartial(expected)) return expectation;
  const words = [expected.method, expected.path].flatMap((value) => (value === undefined ? [] : [printed(value)]));
  const { text, leaf, record } = expectation;
  // Member by member: it is an object of a class, whose methods a copy would not have.
  return {
    title: words.join(' ') || 'a matching request',
    text,
    matches: (message) => expectation.matches(message),
    compare: (message) => expectation.compare(message),
    ...(leaf && { leaf }),
    ...(record && { record: record.bind(expectation) }),
  };
}

function isPartial(expected: ExpectedRequest): expected is PartialOf<DestinationRequest> {
  return !(
    typeof expected === 'function' ||
    expected instanceof RegExp ||
    isSchema(expected) ||
    isAsymmetric(expected)
  );
}

function printed(value: unknown): string {
  return typeof value === 'string' ? value : printValue(value, { maxChars: 40 });
}
