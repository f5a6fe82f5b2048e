// The errors that a test can meet when it awaits events. The message is the whole page for a person; what a program may
// need is in getters (on the prototype: runners print own properties of an error a second time). The stack starts at
// the line that waited. Runners print a message as it is: it is made of lines, and a text, which may quote anything, is
// one line of them.
import type { Message } from './event.ts';
import { type Line, line } from './printing/line.ts';

/** What an error of the kit carries. */
export interface ErrorFacts {
  /** Stack frames of the caller, as in `Error.stack` without its first line. */
  readonly frames?: string;
  readonly cause?: unknown;
  /** Everything that did arrive, nearest to the expectation first. */
  readonly received?: readonly Message[];
}

/** What an error says: a page, or one line. */
type Words = string | readonly Line[];

const LINES = new WeakMap<EarwitnessError, readonly Line[]>();

/** The parent of all errors of waits: `error instanceof EarwitnessError`. */
export abstract class EarwitnessError extends Error {
  readonly #received: readonly Message[];

  constructor(name: string, words: Words, facts: ErrorFacts) {
    const lines = typeof words === 'string' ? [line`${words}`] : words;
    const message = lines.join('\n');
    super(message, 'cause' in facts ? { cause: facts.cause } : undefined);
    Object.defineProperty(this, 'name', { value: name, enumerable: false, configurable: true });
    this.#received = facts.received ?? [];
    if (facts.frames !== undefined) this.stack = `${name}: ${message}\n${facts.frames}`;
    LINES.set(this, lines);
  }

  /** Everything that did arrive, nearest to the expectation first. */
  get received(): readonly Message[] {
    return this.#received;
  }
}

/** The awaited event did not come in time. */
export class EventNotReceivedError extends EarwitnessError {
  constructor(words: Words, facts: ErrorFacts) {
    super('EventNotReceivedError', words, facts);
  }
}

/** An event came that should not have, or one too many. */
export class UnexpectedEventError extends EarwitnessError {
  constructor(words: Words, facts: ErrorFacts) {
    super('UnexpectedEventError', words, facts);
  }
}

/** Neither yes nor no: something that would be needed to decide is missing, and the message says what. */
export class InconclusiveError extends EarwitnessError {
  constructor(words: Words, facts: ErrorFacts) {
    super('InconclusiveError', words, facts);
  }
}

/** The transport lost its connection: what happened on the bus meanwhile cannot be known. `cause` says what broke. */
export class ConnectionLostError extends EarwitnessError {
  constructor(words: Words, facts: ErrorFacts) {
    super('ConnectionLostError', words, facts);
  }
}

/** The subscription was closed while something still waited on it, or before. */
export class SubscriptionClosedError extends EarwitnessError {
  constructor(words: Words, facts: ErrorFacts) {
    super('SubscriptionClosedError', words, facts);
  }
}

/** A wait was started and never awaited, so it could not fail its test. */
export class UnawaitedWaitError extends EarwitnessError {
  constructor(words: Words, facts: ErrorFacts) {
    super('UnawaitedWaitError', words, facts);
  }
}

/** An event breaks the contract in the lock file: a field was dropped or retyped. The message names who uses it. */
export class ContractBrokenError extends EarwitnessError {
  constructor(words: Words, facts: ErrorFacts) {
    super('ContractBrokenError', words, facts);
  }
}

/** Something the kit needs to know is missing or wrong; the message says what, and where to set it. */
export class ConfigurationError extends EarwitnessError {
  constructor(words: Words, facts: ErrorFacts = {}) {
    super('ConfigurationError', words, facts);
  }
}

/**
 * What was asked for exists beside a local cloud alone, and EARWITNESS_URL names none. The message says why, and what
 * to use instead.
 */
export class NotLocalError extends EarwitnessError {
  constructor(words: Words, facts: ErrorFacts = {}) {
    super('NotLocalError', words, facts);
  }
}

/** A function that was invoked failed: the message has its error, its stack and the end of its log. */
export class InvocationError extends EarwitnessError {
  readonly #payload: unknown;

  /** @param payload what Lambda returned in place of a result */
  constructor(words: Words, payload: unknown) {
    super('InvocationError', words, {});
    this.#payload = payload;
  }

  /** What Lambda returned in place of a result: `{ errorType, errorMessage, trace }`. */
  get payload(): unknown {
    return this.#payload;
  }
}

/** An execution of a state machine ended otherwise than expected: the message has its error, cause and path. */
export class ExecutionError extends EarwitnessError {
  readonly #execution: object;

  /** @param execution as `execution()` would have returned it */
  constructor(words: Words, execution: object, facts: ErrorFacts) {
    super('ExecutionError', words, facts);
    this.#execution = execution;
  }

  /** What `execution()` would have returned: `{ arn, name, status, input, output, error, cause, path }`. */
  get execution(): object {
    return this.#execution;
  }
}

/** The message of an error as the lines it is made of. */
export function messageLines(error: EarwitnessError): readonly Line[] {
  return LINES.get(error) ?? [];
}
