// First in, first out, at a constant cost however many wait (`shift` of a long array moves all of it).

export class Queue<Item> {
  /** New items, the oldest first. */
  #back: Item[] = [];
  /** Older than all of `#back`, the oldest last. */
  #front: Item[] = [];

  get size(): number {
    return this.#back.length + this.#front.length;
  }

  add(item: Item): void {
    this.#back.push(item);
  }

  takeFirst(): Item | undefined {
    if (this.#front.length === 0) {
      this.#front = this.#back.reverse();
      this.#back = [];
    }
    return this.#front.pop();
  }

  keepOnly(isWanted: (item: Item) => boolean): void {
    this.#back = this.#back.filter(isWanted);
    this.#front = this.#front.filter(isWanted);
  }

  clear(): void {
    this.#back = [];
    this.#front = [];
  }
}
