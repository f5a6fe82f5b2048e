// What every matcher can do. Two implementations stand behind it: a linear one (obviously right, the oracle of the
// tests) and an index over all rules (fast); one table of cases (cases/*.json) runs against both.
import type { Pattern } from './pattern.ts';

/** A set of patterns, each under a key, asked which of them an event matches. */
export interface Matcher<Key> {
  /** Number of keys. */
  readonly size: number;
  /** Adds a pattern under a key. A key may carry several patterns; it matches when one of them does. */
  add(key: Key, pattern: Pattern): void;
  /** Removes all patterns of a key; false when there were none. */
  remove(key: Key): boolean;
  /**
   * Keys whose pattern the parsed event matches: each once, in no particular order. The event is plain JSON data;
   * numbers have lost their spelling and repeated names their earlier values by then, which {@link matchJson} still
   * sees.
   */
  match(event: unknown): Key[];
  /**
   * The same over JSON text or its UTF-8 bytes. Of anything but an object, no key.
   * @throws SyntaxError when the text is not JSON, unless `validate` is false.
   */
  matchJson(json: string | Uint8Array, options?: MatchOptions): Key[];
}

/** How carefully `matchJson` reads. */
export interface MatchOptions {
  /**
   * False promises that the text is valid JSON and that no path is there twice: no object repeats a name, and no name
   * has a dot that makes it the path of another. What cannot change the answer is then not read. For text from outside
   * keep the default, true: every value of a path counts, as on AWS.
   */
  readonly validate?: boolean;
}
