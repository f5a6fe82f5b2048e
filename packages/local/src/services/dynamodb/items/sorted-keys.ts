// Keys in their order as text. They stand in chunks, so that a key is put among a hundred thousand without moving them.
//
//   chunks  [ a b d ] [ f g ] [ k m p ]      a key's chunk is the last one that does not begin after it

/** Ours: a chunk that grows beyond this many keys is cut in two. */
const MAX_CHUNK = 512;

/** From `from` on, before `until`; `undefined`: to the end. */
export interface KeyRange {
  readonly from: string;
  readonly until: string | undefined;
}

export class SortedKeys {
  readonly #chunks: string[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a key that may be there already. */
  add(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (!chunk) {
      this.#chunks.push([key]);
      this.#size++;
      return;
    }
    const index = lowerBound(chunk, key);
    if (chunk[index] === key) return;
    chunk.splice(index, 0, key);
    this.#size++;
    if (chunk.length > MAX_CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(MAX_CHUNK / 2));
  }

  delete(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (!chunk) return;
    const index = lowerBound(chunk, key);
    if (chunk[index] !== key) return;
    chunk.splice(index, 1);
    this.#size--;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** Keys of a range in order, or backwards. What is changed meanwhile may be seen or not: read it in one turn. */
  *read({ from, until }: KeyRange, isForward = true): Generator<string> {
    const step = isForward ? 1 : -1;
    let at =
      isForward || until !== undefined ? this.#chunkOf(isForward ? from : (until ?? '')) : this.#chunks.length - 1;
    let chunk = this.#chunks[at];
    if (!chunk) return;
    let index = isForward
      ? lowerBound(chunk, from)
      : (until === undefined ? chunk.length : lowerBound(chunk, until)) - 1;
    for (;;) {
      const key = chunk[index];
      if (key === undefined) {
        at += step;
        chunk = this.#chunks[at];
        if (!chunk) return;
        index = isForward ? 0 : chunk.length - 1;
        continue;
      }
      if (isForward ? until !== undefined && key >= until : key < from) return;
      yield key;
      index += step;
    }
  }

  /** The last chunk whose first key is not after `key`; the first one, where all are. */
  #chunkOf(key: string): number {
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.[0] ?? '') <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }
}

/** The place of the first key that is not before `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
