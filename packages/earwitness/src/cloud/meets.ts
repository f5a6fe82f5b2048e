// Expectations are made for events, and hold for any JSON value: an execution's input, an item.
import type { Message } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';

/** Whether a value meets an expectation; numbers, lists and nothing meet none. */
export function meets(expectation: Expectation, value: unknown): boolean {
  return isMessage(value) && expectation.matches(value);
}

export function isMessage(value: unknown): value is Message {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}
