// What a fake destination answers, as a test scripts it, checked before the first request comes.
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

function parseAnswer(answer: DestinationAnswer): FullAnswer {
  const {
    status = 200,
    headers = {},
    body = '',
    delayMs = 0,
  } = typeof answer === 'number' ? { status: answer } : answer;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new ConfigurationError(
      `fakeDestination(): an answer is a status from 200 to 599, or { status, headers, body, delayMs }, but is ${printValue(answer)}.`,
    );
  }
  demandDuration(delayMs, 'fakeDestination(): delayMs');
  if (typeof body === 'string') return { status, headers, body, delayMs };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body), delayMs };
}
