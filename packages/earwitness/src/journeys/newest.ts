// A Map of the newest entries, at little cost: when a generation is full, the one before it is forgotten as a whole. A
// Map from which the oldest is taken one by one takes long to find it.

export class Newest<Key, Value> {
  readonly #generation: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  /** @param atLeast entries that are kept; at most there are twice as many */
  constructor(atLeast: number) {
    this.#generation = atLeast;
  }

  get(key: Key): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
