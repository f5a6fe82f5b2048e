// A table's rows as this node has heard of them.
import { tellEach } from '../../listeners.ts';
import type { Row, RowListener } from '../../table.ts';
import { fromText, toText } from '../data.ts';
import type { PiecesName } from '../pieces.ts';

/** Ours: so many of a table's rows that are gone can be made again without asking what stands in their place. */
const MAX_GONE = 1000;

/** A row: its value is parsed when it is first asked for, and its text is forgotten then. */
export class StoredRow {
  readonly key: string;
  readonly revision: number;
  /** Where the value stands, when it is not in the row's message. */
  readonly pieces: PiecesName | undefined;
  #text: string;
  #row: Row<never> | undefined;

  constructor(key: string, revision: number, text: string, pieces?: PiecesName) {
    this.key = key;
    this.revision = revision;
    this.pieces = pieces;
    this.#text = text;
  }

  /** The value as JSON. */
  get text(): string {
    return this.#row ? toText(this.#row.value) : this.#text;
  }

  read(): Row<never> {
    if (!this.#row) {
      this.#row = Object.freeze({ key: this.key, value: fromText<never>(this.#text), revision: this.revision });
      this.#text = '';
    }
    return this.#row;
  }
}

interface Watcher {
  readonly prefix: string;
  readonly listener: RowListener<never>;
}

export class TableView {
  readonly #failed: (error: unknown) => void;
  #rows = new Map<string, StoredRow>();
  /** Sequences of messages that say that rows are gone, by key: the newest MAX_GONE. They may have been removed. */
  readonly #gone = new Map<string, number>();
  readonly #watchers = new Set<Watcher>();
  /** Keys in order; made when they are first asked for, and kept up from then on. */
  #keys: string[] | undefined;

  /** @param failed is told what watchers have thrown */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get(key: string): StoredRow | undefined {
    return this.#rows.get(key);
  }

  /** Sequence of the message that says that the row is gone, when it is known. */
  goneBy(key: string): number | undefined {
    return this.#gone.get(key);
  }

  list(prefix: string): StoredRow[] {
    this.#keys ??= [...this.#rows.keys()].sort();
    const found: StoredRow[] = [];
    for (let index = placeOf(this.#keys, prefix); index < this.#keys.length; index++) {
      const row = this.#rows.get(this.#keys[index] ?? '');
      if (!row?.key.startsWith(prefix)) break;
      found.push(row);
    }
    return found;
  }

  put(row: StoredRow): void {
    if (this.#keys && !this.#rows.has(row.key)) this.#keys.splice(placeOf(this.#keys, row.key), 0, row.key);
    this.#rows.set(row.key, row);
    this.#gone.delete(row.key);
    this.#tell(row.key, row);
  }

  /** `sequence` is that of the message that says so. */
  delete(key: string, sequence: number): void {
    this.#gone.delete(key);
    this.#gone.set(key, sequence);
    for (const oldest of this.#gone.keys()) {
      if (this.#gone.size <= MAX_GONE) break;
      this.#gone.delete(oldest);
    }
    if (!this.#rows.delete(key)) return;
    this.#keys?.splice(placeOf(this.#keys, key), 1);
    this.#tell(key, undefined);
  }

  /** Returns where values stood that are no row's any more. */
  clear(): PiecesName[] {
    const rows = [...this.#rows.values()];
    this.#rows.clear();
    this.#keys = undefined;
    this.#gone.clear();
    for (const { key } of rows) this.#tell(key, undefined);
    return rows.flatMap(({ pieces }) => pieces ?? []);
  }

  /**
   * Takes another view's rows in place of its own, and tells watchers of what is different: values, when revisions say
   * nothing (`isBack`).
   */
  adopt(other: TableView, isBack: boolean): void {
    const before = this.#rows;
    this.#rows = other.#rows;
    this.#keys = undefined;
    this.#gone.clear();
    for (const [key, sequence] of other.#gone) this.#gone.set(key, sequence);
    for (const key of before.keys()) if (!other.#rows.has(key)) this.#tell(key, undefined);
    for (const [key, row] of other.#rows) {
      const known = before.get(key);
      if (!isBack && known?.revision === row.revision) this.#rows.set(key, known);
      else if (!isBack || known?.text !== row.text) this.#tell(key, row);
    }
  }

  watch(listener: RowListener<never>, prefix: string): () => void {
    const watcher = { listener, prefix };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #tell(key: string, row: StoredRow | undefined): void {
    const tell = ({ listener, prefix }: Watcher) => void (key.startsWith(prefix) && listener(key, row?.read()));
    tellEach(this.#watchers, tell, this.#failed);
  }
}

/** Index of the first key that does not come before `key`. */
function placeOf(keys: readonly string[], key: string): number {
  let from = 0;
  let to = keys.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((keys[middle] ?? '') < key) from = middle + 1;
    else to = middle;
  }
  return from;
}
