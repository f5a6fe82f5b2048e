// Where identifiers come from. Injected, so that a test can make them predictable.
import { randomBytes } from 'node:crypto';

export interface Ids {
  /** A UUID, lower case. */
  uuid(): string;
  /** `length` random lower-case letters and digits. */
  word(length: number): string;
  /** `length` random signs of an alphabet, which has 256 at most. */
  signs(alphabet: string, length: number): string;
}

/** Ours: UUIDs that are made at once, which takes a fifth of what each takes alone. */
const BATCH = 64;
const UUID_LENGTH = 36;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function createIds(): Ids {
  let uuids: Buffer = Buffer.alloc(0);
  let next = 0;
  const signs = (alphabet: string, length: number) => {
    let text = '';
    for (const byte of randomBytes(length)) text += alphabet[byte % alphabet.length];
    return text;
  };
  return {
    // Out of a buffer, so that each is a string of its own: 56 bytes, in every event, delivery and fact.
    uuid() {
      if (next === uuids.length) {
        uuids = makeUuids();
        next = 0;
      }
      next += UUID_LENGTH;
      return uuids.toString('latin1', next - UUID_LENGTH, next);
    },
    word: (length) => signs(ALPHABET, length),
    signs,
  };
}

/** Random ones (RFC 9562, version 4), one behind the other. */
function makeUuids(): Buffer {
  const bytes = randomBytes(16 * BATCH);
  for (let at = 0; at < bytes.length; at += 16) {
    bytes[at + 6] = ((bytes[at + 6] ?? 0) & 0x0f) | 0x40;
    bytes[at + 8] = ((bytes[at + 8] ?? 0) & 0x3f) | 0x80;
  }
  const uuids = bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/g, '$1-$2-$3-$4-$5');
  return Buffer.from(uuids, 'latin1');
}
