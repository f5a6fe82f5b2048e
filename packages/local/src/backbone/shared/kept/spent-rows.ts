// Rows that say that something is gone, and what it was known by: they are removed when nobody asks for it any more.
import { Queue } from '../../memory/queue.ts';
import type { ShardWriter } from './shard-writer.ts';

interface SpentRow {
  readonly path: string;
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

  /** When its time has passed, the row is removed now. */
  add(row: SpentRow, now: number): void {
    if (row.until <= now) this.#remove(row);
    else this.#rows.add(row);
  }

  /** Forgets them all. */
  takeAll(): SpentRow[] {
    const rows: SpentRow[] = [];
    for (let row = this.#first ?? this.#rows.takeFirst(); row; row = this.#rows.takeFirst()) rows.push(row);
    this.#first = undefined;
    return rows;
  }

  /** Removes those whose time is over. */
  sweep(now: number): void {
    for (;;) {
      this.#first ??= this.#rows.takeFirst();
      if (!this.#first || this.#first.until > now) return;
      this.#remove(this.#first);
      this.#first = undefined;
    }
  }

  #remove({ path, sequence }: SpentRow): void {
    this.#writer.remove(path, sequence);
  }
}
