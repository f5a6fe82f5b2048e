// Rows that say that something is gone, and what it was known by: they are removed when nobody asks for it any more.
import { Queue } from '../../memory/queue.ts';
import type { ShardWriter } from './shard-writer.ts';

interface SpentRow {
  readonly sequence: number;
  /** Epoch ms. */
  readonly until: number;
}

export class SpentRows {
  readonly #writer: ShardWriter;
  /** In the order in which they were spent: some stay a little longer than they have to. */
  readonly #rows = new Queue<SpentRow>();
  #first: SpentRow | undefined;

  constructor(writer: ShardWriter) {
    this.#writer = writer;
  }

  /** @param until epoch ms; when it has passed, the row is removed now */
  add(sequence: number, until: number, now: number): void {
    if (until <= now) this.#writer.remove(sequence);
    else this.#rows.add({ sequence, until });
  }

  /** Forgets them all. Returns their sequences. */
  takeAll(): number[] {
    const sequences: number[] = [];
    for (let row = this.#first ?? this.#rows.takeFirst(); row; row = this.#rows.takeFirst())
      sequences.push(row.sequence);
    this.#first = undefined;
    return sequences;
  }

  /** Removes those whose time is over. */
  sweep(now: number): void {
    for (;;) {
      this.#first ??= this.#rows.takeFirst();
      if (!this.#first || this.#first.until > now) return;
      this.#writer.remove(this.#first.sequence);
      this.#first = undefined;
    }
  }
}
