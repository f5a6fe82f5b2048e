// What a fake destination answers, as a test scripts it, checked before the first request comes.
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { ConfigurationError } from '../errors.ts';
import { printValue } from '../expectation/print.ts';
import { demandDuration } from '../hearing/duration.ts';
import type { DestinationRequest } from './request.ts';

/** One answer: a status, or more. */
export type DestinationAnswer =
  | number
  | {
      /** 200 to 599. Default 200. */
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** An object is sent as JSON, with its content type. Default: none. */
      readonly body?: string | object;
      /** How long the caller waits for it, in ms of real time, 0 or more. Infinity: it is never answered. */
      readonly delayMs?: number;
    };

/**
 * The answers: one for every request; a list, of which each request takes the next and the last one stays; or a
 * function that makes each of its request.
 */
export type DestinationAnswers =
  | DestinationAnswer
  | readonly DestinationAnswer[]
  | ((request: DestinationRequest) => DestinationAnswer);

/** An answer with everything said. */
export interface FullAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delayMs: number;
}

/** Makes the answer of each request. */
export type Script = (request: DestinationRequest) => FullAnswer;

/** @throws ConfigurationError for an answer that cannot be given */
export function parseAnswers(answers: DestinationAnswers): Script {
  if (typeof answers === 'function') return (request) => parseAnswer(answers(request));
  const list = (isList(answers) ? answers : [answers]).map(parseAnswer);
  const last = list.at(-1);
  if (!last) throw new ConfigurationError('fakeDestination(): answers is an empty list: it needs one at least.');
  let next = 0;
  return () => list[next++] ?? last;
}

// Array.isArray does not know readonly arrays.
function isList(answers: DestinationAnswer | readonly DestinationAnswer[]): answers is readonly DestinationAnswer[] {
  return Array.isArray(answers);
}

// A program in JavaScript, or a script that is async by mistake, gives anything.
function parseAnswer(answer: unknown): FullAnswer {
  const members: unknown = typeof answer === 'number' ? { status: answer } : answer;
  if (typeof members !== 'object' || members === null || Object.keys(members).some((name) => !MEMBERS.has(name))) {
    throw noAnswer(answer);
  }
  // A promise has no member of its own either, and is no answer.
  if (members instanceof Promise) throw noAnswer(answer);
  const {
    status = 200,
    headers = {},
    body = '',
    delayMs = 0,
  }: { readonly [Name in keyof FullAnswer]?: unknown } = members;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) throw noAnswer(answer);
  if (typeof delayMs !== 'number') throw noAnswer(answer);
  demandDuration(delayMs, 'fakeDestination(): delayMs');
  if (typeof body === 'string') return { status, headers: parseHeaders(headers), body, delayMs };
  const json = { 'content-type': 'application/json', ...parseHeaders(headers) };
  return { status, headers: json, body: printBody(body), delayMs };
}

const MEMBERS: ReadonlySet<string> = new Set(['status', 'headers', 'body', 'delayMs'] satisfies (keyof FullAnswer)[]);

function noAnswer(answer: unknown): ConfigurationError {
  return new ConfigurationError(
    `fakeDestination(): an answer is a status from 200 to 599, or { status, headers, body, delayMs }, but is ${printValue(answer)}.`,
  );
}

/** Headers that node:http refuses would leave the request without an answer. */
function parseHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new ConfigurationError(`fakeDestination(): headers must be texts by name, but are ${printValue(headers)}.`);
  }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, parseHeader(name, value)]));
}

function parseHeader(name: string, value: unknown): string {
  const text = String(value);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
    return text;
  } catch (cause) {
    throw new ConfigurationError(
      `fakeDestination(): the header ${printValue(name)} cannot be sent as ${printValue(value)}: ${cause instanceof Error ? cause.message : cause}.`,
      { cause },
    );
  }
}

function printBody(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new ConfigurationError(`fakeDestination(): body cannot be written as JSON: ${printValue(body)}.`, { cause });
  }
}
