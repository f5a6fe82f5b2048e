// The server that a simulated cluster's nodes share: rows, entries and jobs as text. Requests reach it over the wire,
// one after the other; it tells every node of each row that was written.
import type { Log, Retention } from '../log.ts';
import { createMemoryLog } from '../memory/log.ts';
import { MemoryMessageQueue } from '../memory/message-queue.ts';
import { createMemoryWork } from '../memory/work.ts';
import { RevisionConflict } from '../table.ts';
import type { Work, WorkClock } from '../work.ts';

export interface TextRow {
  readonly text: string;
  readonly revision: number;
}

/** A row as it was written; `undefined`: it was removed. */
export interface Change {
  readonly table: string;
  readonly key: string;
  readonly row: TextRow | undefined;
}

export interface TextEntry {
  readonly text: string;
  readonly sizeBytes: number;
}

export interface TextJob {
  readonly text: string;
  readonly id: string | undefined;
}

/** A port in the store, which can be emptied. */
type Clearable<Port> = Port & { clear(): void };

interface StoredTable {
  readonly rows: Map<string, TextRow>;
  revision: number;
}

export class Store {
  readonly #clock: WorkClock;
  readonly #tables = new Map<string, StoredTable>();
  readonly #logs = new Map<string, Clearable<Log<TextEntry>> & { purge(): void }>();
  readonly #queues = new Map<string, MemoryMessageQueue<string>>();
  readonly #works = new Map<string, Clearable<Work<TextJob>>>();
  /** Those that are told of each change. */
  readonly nodes = new Set<(change: Change) => void>();

  constructor(clock: WorkClock) {
    this.#clock = clock;
  }

  /** Every row that there is. */
  snapshot(): Change[] {
    return [...this.#tables].flatMap(([table, { rows }]) => [...rows].map(([key, row]) => ({ table, key, row })));
  }

  /** @throws RevisionConflict */
  put(name: string, { key, text, ifRevision }: { key: string; text: string; ifRevision: number | undefined }): TextRow {
    const table = this.#table(name);
    if (ifRevision !== undefined && (table.rows.get(key)?.revision ?? 0) !== ifRevision) {
      throw new RevisionConflict(name, key);
    }
    const row = { text, revision: ++table.revision };
    table.rows.set(key, row);
    this.#tell({ table: name, key, row });
    return row;
  }

  /** @throws RevisionConflict */
  delete(name: string, key: string, ifRevision?: number): boolean {
    const { rows } = this.#table(name);
    if (ifRevision !== undefined && (rows.get(key)?.revision ?? 0) !== ifRevision)
      throw new RevisionConflict(name, key);
    const had = rows.delete(key);
    if (had) this.#tell({ table: name, key, row: undefined });
    return had;
  }

  log(name: string, retention: Omit<Retention<never>, 'sizeBytes'>): Log<TextEntry> {
    const create = () => createMemoryLog<TextEntry>({ ...retention, sizeBytes: ({ sizeBytes }) => sizeBytes });
    return openIn(this.#logs, name, create);
  }

  removeLog(name: string): void {
    this.#logs.delete(name);
  }

  work(name: string, { hasIds }: { readonly hasIds: boolean }): Work<TextJob> {
    const ids = hasIds ? { idOf: ({ id = '' }: TextJob) => id } : {};
    return openIn(this.#works, name, () => createMemoryWork<TextJob>(this.#clock, ids));
  }

  queue(name: string, options: { readonly isOrdered: boolean }): MemoryMessageQueue<string> {
    return openIn(this.#queues, name, () => new MemoryMessageQueue<string>(this.#clock, options));
  }

  removeQueue(name: string): void {
    this.#queues.get(name)?.clear();
    this.#queues.delete(name);
  }

  purge(): void {
    for (const log of this.#logs.values()) log.purge();
    for (const work of this.#works.values()) work.clear();
    for (const queue of this.#queues.values()) queue.forget();
  }

  clear(): void {
    for (const [name, { rows }] of this.#tables) for (const key of [...rows.keys()]) this.delete(name, key);
    for (const log of this.#logs.values()) log.clear();
    for (const work of this.#works.values()) work.clear();
    for (const queue of this.#queues.values()) queue.clear();
  }

  #table(name: string): StoredTable {
    return openIn(this.#tables, name, () => ({ rows: new Map(), revision: 0 }));
  }

  #tell(change: Change): void {
    for (const tell of this.nodes) tell(change);
  }
}

function openIn<Thing>(things: Map<string, Thing>, name: string, create: () => Thing): Thing {
  const known = things.get(name);
  if (known !== undefined) return known;
  const made = create();
  things.set(name, made);
  return made;
}
