// What every matcher can do. Two implementations stand behind it: a linear one (obviously right, the oracle of the tests) and an
// automaton over all rules; one table of cases (cases/*.json) runs against both.
import type { Pattern } from './pattern.ts';

/** A set of patterns, each under a key, asked which of them an event matches. */
export interface Matcher<Key> {
  /** Adds a pattern under a key. A key may carry several patterns; it matches when one of them does. */
  add(key: Key, pattern: Pattern): void;
  /** Removes all patterns of a key; false when there were none. */
  remove(key: Key): boolean;
  /** Keys whose pattern the parsed event matches: each once, in no particular order. */
  match(event: unknown): Key[];
  /**
   * The same over JSON text, without building the object.
   * @throws SyntaxError when `validate` is set (the default) and the text is not JSON.
   */
  matchJson(json: string | Uint8Array, options?: { readonly validate?: boolean }): Key[];
  /** Number of keys. */
  readonly size: number;
}
