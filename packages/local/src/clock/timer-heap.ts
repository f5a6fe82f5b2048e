// What comes due at a time, the earliest first; equal times in the order in which they were added. The clock keeps its
// timers in one, the backbone the jobs that wait.
//
// A binary heap in three arrays side by side: an item costs some 24 bytes and no object of its own, which counts when a
// million deliveries wait, because objects are what the garbage collector has to walk.
//
//   #times   [ 10, 20, 10, 30, 20 ]
//   #orders  [  4,  2,  7,  3,  9 ]      counts up with every `add`, and decides between equal times
//   #items   [  d,  b,  g,  c,  i ]
//   No item comes before its parent, which stands at (index - 1) >> 1: b and g follow d, c and i follow b.
//
// Nothing is taken from the middle. Whoever cancels marks the item, passes over it when it comes first, and calls
// `keepOnly` when too many are marked.

export class TimerHeap<Item> {
  #times: number[] = [];
  #orders: number[] = [];
  #items: Item[] = [];
  #added = 0;

  get size(): number {
    return this.#items.length;
  }

  get first(): Item | undefined {
    return this.#items[0];
  }

  /** When the first item is due; `Infinity` when there is none. */
  get firstAt(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  add(at: number, item: Item): void {
    this.#times.push(at);
    this.#orders.push(this.#added++);
    this.#items.push(item);
    this.#rise(this.size - 1);
  }

  takeFirst(): Item | undefined {
    if (this.size === 0) return undefined;
    this.#swap(0, this.size - 1);
    this.#times.pop();
    this.#orders.pop();
    const first = this.#items.pop();
    this.#sink(0);
    return first;
  }

  /** Drops every item that is not wanted, in time that is linear in the size. */
  keepOnly(isWanted: (item: Item) => boolean): void {
    let kept = 0;
    for (const [index, item] of this.#items.entries()) if (isWanted(item)) this.#swap(index, kept++);
    this.#times.length = kept;
    this.#orders.length = kept;
    this.#items.length = kept;
    for (let parent = (kept >> 1) - 1; parent >= 0; parent--) this.#sink(parent);
  }

  clear(): void {
    this.#times = [];
    this.#orders = [];
    this.#items = [];
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    let index = from;
    for (let child = 2 * index + 1; child < this.size; child = 2 * index + 1) {
      if (child + 1 < this.size && this.#isBefore(child + 1, child)) child++;
      if (!this.#isBefore(child, index)) return;
      this.#swap(index, child);
      index = child;
    }
  }

  /** Whether the item at index `a` comes before that at `b`; both are there. */
  #isBefore(a: number, b: number): boolean {
    const apart = (this.#times[a] ?? 0) - (this.#times[b] ?? 0);
    return apart < 0 || (apart === 0 && (this.#orders[a] ?? 0) < (this.#orders[b] ?? 0));
  }

  #swap(a: number, b: number): void {
    if (a === b) return;
    swapNumbers(this.#times, a, b);
    swapNumbers(this.#orders, a, b);
    swapItems(this.#items, a, b);
  }
}

// Two functions, because V8 makes an array of numbers that is written where arrays of objects are written, too, into
// one of objects.
function swapNumbers(numbers: number[], a: number, b: number): void {
  const kept = numbers[a] ?? 0;
  numbers[a] = numbers[b] ?? 0;
  numbers[b] = kept;
}

function swapItems(items: unknown[], a: number, b: number): void {
  const kept = items[a];
  items[a] = items[b];
  items[b] = kept;
}
