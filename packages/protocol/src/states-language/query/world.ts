// What the language needs and a pure function does not have: time, chance, digests.

export interface World {
  /** Epoch ms. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** A UUID, version 4. */
  readonly uuid: () => string;
  /** The digest in lower-case hexadecimal signs. */
  readonly hash: (algorithm: HashAlgorithm, text: string) => string;
}

export type HashAlgorithm = 'MD5' | 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';
