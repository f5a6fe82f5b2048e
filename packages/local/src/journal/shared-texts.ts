// The large texts in the facts: one that comes again (an event on its way over several buses, and as the item of a
// topic) is one string in memory and counted once, for as long as a fact has it.
import { textBytes } from './fact-bytes.ts';

/** Ours: what looking up a text of fewer characters costs is more than it saves. */
const SHARED_MIN_LENGTH = 1024;

/** What the entry for a text takes. */
const ENTRY_BYTES = 160;

/** A text, and how many facts have it. */
export interface SharedText {
  readonly text: string;
  readonly sizeBytes: number;
  readonly key: number;
  facts: number;
}

export class SharedTexts {
  readonly #texts = new Map<number, SharedText>();

  /** The text as all facts have it, with one fact more; undefined for a short one, which belongs to its fact alone. */
  take(text: string | undefined): SharedText | undefined {
    if (text === undefined || text.length < SHARED_MIN_LENGTH) return undefined;
    const key = keyOf(text);
    const known = this.#texts.get(key);
    if (known?.text === text) {
      known.facts++;
      return known;
    }
    const shared: SharedText = { text, sizeBytes: textBytes(text) + ENTRY_BYTES, key, facts: 1 };
    this.#texts.set(key, shared);
    return shared;
  }

  /** A fact that had the text is gone. Returns the bytes that became free. */
  release(shared: SharedText): number {
    if (--shared.facts > 0) return 0;
    if (this.#texts.get(shared.key) === shared) this.#texts.delete(shared.key);
    return shared.sizeBytes;
  }

  clear(): void {
    this.#texts.clear();
  }
}

/** Ours: characters that a key is made of. */
const KEY_LENGTH = 64;

/**
 * A number made of the first characters, among which an event has its id, and the length: the whole text would take
 * long to hash.
 */
function keyOf(text: string): number {
  let key = text.length;
  for (let index = 0; index < KEY_LENGTH; index++) key = (Math.imul(key, 31) + text.charCodeAt(index)) | 0;
  return key;
}
