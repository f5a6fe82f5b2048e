// What a Map from whole numbers does, with fewer places in memory to look at on the way to an item: among 100,000 rules
// that is what an event costs (bench/README.md).
//
//   keys    0  71  0  34  98  0  0  52     An item stands at the place that its key's hash names or, where another is,
//   items      a      b   –         c      at the next free one behind it; so a search ends at its key or at a zero.
//
// A key that is deleted loses its item, not its place, or searches would end there too early. When half of the places
// are taken the table is written anew, without such keys, in the size that the others need.

const SMALLEST = 16;
/** Of all tables that have never had an item. */
const NO_KEYS = new Float64Array(1);
const NO_ITEMS: undefined[] = [];

export class NumberTable<Item> {
  /** Their number is a power of two. */
  #keys = NO_KEYS;
  #items: (Item | undefined)[] = NO_ITEMS;
  #taken = 0;
  #size = 0;

  /** Number of items. */
  get size(): number {
    return this.#size;
  }

  /** @param key a whole number from 1 to 2^52, as in all of these. */
  get(key: number): Item | undefined {
    return this.#items[this.#find(key)];
  }

  set(key: number, item: Item): void {
    if ((this.#taken + 1) * 2 > this.#keys.length) this.#writeAnew();
    const at = this.#find(key);
    if (this.#items[at] === undefined) this.#size++;
    if (this.#keys[at] !== key) this.#taken++;
    this.#keys[at] = key;
    this.#items[at] = item;
  }

  delete(key: number): void {
    const at = this.#find(key);
    if (this.#items[at] === undefined) return;
    this.#items[at] = undefined;
    this.#size--;
  }

  /** In no particular order. */
  items(): Item[] {
    return this.#items.filter((item) => item !== undefined);
  }

  /** The place of a key, or the free one where it would stand. */
  #find(key: number): number {
    const keys = this.#keys;
    const last = keys.length - 1;
    for (let at = hash(key) & last; ; at = (at + 1) & last) {
      if (keys[at] === key || keys[at] === 0) return at;
    }
  }

  #writeAnew(): void {
    const [keys, items] = [this.#keys, this.#items];
    let places = SMALLEST;
    while (places < this.#size * 3) places *= 2;
    this.#keys = new Float64Array(places);
    this.#items = new Array<Item | undefined>(places).fill(undefined);
    this.#taken = 0;
    this.#size = 0;
    for (const [at, item] of items.entries()) if (item !== undefined) this.set(keys[at] ?? 0, item);
  }
}

/** All bits of the key change the lowest bits of its hash. */
function hash(key: number): number {
  const high = Math.floor(key / 2 ** 26);
  const mixed = Math.imul(Math.imul(high, 0x9e3779b1) ^ (key - high * 2 ** 26), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
