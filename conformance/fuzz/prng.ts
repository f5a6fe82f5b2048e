// Chance that can be repeated: a number of a run and a number of an input give the same choices on every machine, whatever was
// made before. The generator is sfc32 (public domain, from PractRand).

/** A source of choices. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, index: number) {
    this.#a = seed | 0;
    this.#b = index | 0;
    this.#c = Math.floor(seed / 2 ** 32) ^ 0x9e3779b9;
    // The first numbers still show the seed; later ones do not.
    for (let round = 0; round < 12; round++) this.bits();
  }

  /** 32 bits. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** From 0 up to, but not, 1. */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(share: number): boolean {
    return this.fraction() < share;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    const index = this.whole(0, list.length - 1);
    const found = list[index];
    if (found === undefined && index >= list.length) throw new Error('There is nothing to pick from an empty list.');
    return found as T;
  }

  /** One of the entries, in proportion to their weights. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T {
    let rest = this.fraction() * list.reduce((sum, { weight }) => sum + weight, 0);
    for (const entry of list) {
      rest -= entry.weight;
      if (rest < 0) return entry;
    }
    return this.pick(list);
  }

  /** Some of a list, in their order. */
  some<T>(list: readonly T[], share: number): T[] {
    return list.filter(() => this.chance(share));
  }

  /** Bytes of any kind. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.bits() & 255);
  }
}
