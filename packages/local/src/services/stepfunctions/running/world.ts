// What the interpreter is told of time, chance and digests.
import { createHash } from 'node:crypto';
import type { HashAlgorithm, World } from '@earwitness/protocol/internal/states-language/query/world';
import type { Platform } from '../../../platform.ts';

const DIGITS = '0123456789abcdef';
/** Hexadecimal digits of a fraction: 52 bits, as a number has. */
const FRACTION_DIGITS = 13;

const NODE_NAMES: Readonly<Record<HashAlgorithm, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

export function worldOf({ clock, ids }: Pick<Platform, 'clock' | 'ids'>): World {
  return {
    now: clock.now(),
    random: () => Number.parseInt(ids.signs(DIGITS, FRACTION_DIGITS), 16) / 16 ** FRACTION_DIGITS,
    uuid: () => ids.uuid(),
    hash: (algorithm, text) => createHash(NODE_NAMES[algorithm]).update(text).digest('hex'),
  };
}
