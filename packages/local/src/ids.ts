// Where identifiers come from. Injected, so that a test can make them predictable.
import { randomBytes, randomUUID } from 'node:crypto';

export interface Ids {
  /** A UUID, lower case. */
  uuid(): string;
  /** `length` random lower-case letters and digits. */
  word(length: number): string;
  /** `length` random signs of an alphabet, which has 256 at most. */
  signs(alphabet: string, length: number): string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function createIds(): Ids {
  const buffer = Buffer.allocUnsafe(36);
  const signs = (alphabet: string, length: number) => {
    let text = '';
    for (const byte of randomBytes(length)) text += alphabet[byte % alphabet.length];
    return text;
  };
  return {
    // Through a buffer, because V8 keeps what randomUUID concatenates as a tree of its pieces: 490 bytes instead of 56,
    // in every event, delivery and fact.
    uuid() {
      buffer.write(randomUUID(), 'latin1');
      return buffer.toString('latin1');
    },
    word: (length) => signs(ALPHABET, length),
    signs,
  };
}
