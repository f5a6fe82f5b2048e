// What a test awaits, in the one form that everything behind the verbs works with: a list of checks on a message, each
// with a path, so that a near miss can say which of them failed. Compiled once per wait; asked for every message.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { CallSite } from '../call-site.ts';
import type { Message } from '../event.ts';
import type { Path } from './path.ts';

/** A compiled expectation. */
export interface Expectation {
  /** A few words for a headline: `OrderCreated from OrderService`. */
  readonly title: string;
  /** The whole expectation for people, over several lines where needed. */
  readonly text: string;
  /** Whether a message meets it. */
  matches(message: Message): boolean;
  /** What a verb returns for a message that matches, when that is not the message itself: a schema's output. */
  readonly output?: (message: Message) => unknown;
  /** The same comparison, field by field. */
  compare(message: Message): readonly Finding[];
  /** A value that every matching message has at one path: lets an index find candidates. Absent when there is none. */
  readonly leaf?: Leaf;
  /** The expectation as JSON, for `earwitness replay`; absent when it has no such form. */
  record?(): RecordedExpectation;
}

/** Whether a value is a compiled expectation. */
export function isExpectation(value: unknown): value is Expectation {
  return typeof value === 'object' && value !== null && 'compare' in value && 'matches' in value && 'title' in value;
}

/** Whether a JSON value meets an expectation: an execution's input, an item. Numbers, lists and nothing meet none. */
export function meets(expectation: Expectation, value: unknown): boolean {
  return isMessage(value) && expectation.matches(value);
}

export function isMessage(value: unknown): value is Message {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** An expectation as JSON. */
export type RecordedExpectation =
  | { readonly partial: unknown }
  | { readonly pattern: unknown }
  | { readonly jsonSchema: object }
  | { readonly regexp: string; readonly flags?: string }
  | { readonly any: true }
  | { readonly allOf: readonly RecordedExpectation[] }
  | { readonly anyOf: readonly RecordedExpectation[] }
  | { readonly not: RecordedExpectation }
  /** Why it has no form as JSON: `a function`. */
  | { readonly cannot: string };

/** An exact scalar at a path. */
export interface Leaf {
  readonly path: Path;
  readonly value: string | number | boolean | null;
}

/** One check's outcome on one message. */
export interface Finding {
  /** `detail.items[0].sku`; empty for a check on the whole message. */
  readonly path: string;
  readonly pass: boolean;
  readonly expected: string;
  readonly received: string;
  /** How close a failed check came, 0 to 1 (exclusive); 1 when it passed. Orders near misses. */
  readonly closeness: number;
  /** What the test may have meant instead, of a failed check. */
  readonly hint?: string;
}

/** The expectation itself makes no sense; thrown at once, not after a time-out. Its stack begins in the test. */
export class ExpectationError extends TypeError {
  override readonly name = 'ExpectationError';

  constructor(message: string, options?: ErrorOptions) {
    super(showControls(message), options);
    const { frames } = new CallSite(ExpectationError);
    // A schema that is refused when a message comes has no test on its stack.
    if (frames) this.stack = `ExpectationError: ${this.message}\n${frames}`;
  }
}
