// The generator that Java has, for what is drawn with a seed: `$random(42)` is 0.7275636800328681 on AWS.
//
// Source: java.util.Random's documented algorithm; values measured on AWS by a third party (Floci,
// JsonataEvaluatorTest).

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

export class JavaRandom {
  #state: bigint;

  /** @param seed an integer */
  constructor(seed: number) {
    this.#state = (BigInt(seed) ^ MULTIPLIER) & MASK;
  }

  /** In [0, 1). */
  nextDouble(): number {
    return Number((BigInt(this.#next(26)) << 27n) + BigInt(this.#next(27))) / 2 ** 53;
  }

  /** @param bound from 1 to 2³¹ - 1 */
  nextInt(bound: number): number {
    const isPowerOf2 = (bound & -bound) === bound;
    if (isPowerOf2) return Number((BigInt(bound) * BigInt(this.#next(31))) >> 31n);
    for (;;) {
      const bits = this.#next(31);
      const value = bits % bound;
      // What is behind the last whole multiple of the bound would favour small numbers.
      if (bits - value + (bound - 1) < 2 ** 31) return value;
    }
  }

  #next(bits: number): number {
    this.#state = (this.#state * MULTIPLIER + 0xbn) & MASK;
    return Number(this.#state >> BigInt(48 - bits));
  }
}
