// Table: the control plane's port. Buses, rules, queues, functions and stacks stand in tables.
//
// Reads are synchronous and come from this node's own view of the table; writes are awaited, because on a shared
// backbone they are only done when the backbone has them. On one node (memory/) view and table are the same thing; on
// many (simulated/) the view is a copy that is told of each write, in the order of their revisions.
import { Opened } from './opened.ts';

/**
 * One row: a value and the revision that wrote it. Values are plain data (JSON), never live objects, and nobody changes
 * them.
 */
export interface Row<Value> {
  readonly key: string;
  readonly value: Value;
  /** Grows with every write to the table. */
  readonly revision: number;
}

/** Hears of a write; `undefined`: the row was removed. Must not throw. */
export type RowListener<Value> = (key: string, row: Row<Value> | undefined) => void;

export interface Table<Value> {
  get(key: string): Row<Value> | undefined;
  /** Rows whose key starts with `prefix`, in key order. */
  list(prefix?: string): Row<Value>[];
  /**
   * Writes a row; when it is done, this node's own view has it. With `ifRevision`, only when the row still has that
   * revision (0: does not exist yet).
   * @throws RevisionConflict when it has not; this node's view then has what the other writer wrote.
   */
  put(key: string, value: Value, options?: { readonly ifRevision?: number }): Promise<Row<Value>>;
  /**
   * Removes a row; false when there was none. With `ifRevision`, only when the row still has that revision.
   * @throws RevisionConflict as `put` does.
   */
  delete(key: string, options?: { readonly ifRevision?: number }): Promise<boolean>;
  /**
   * Calls `listener` after each write that this node's view is told of, by whichever node. Returns a function that
   * unsubscribes.
   */
  watch(listener: RowListener<Value>, options?: { readonly prefix?: string }): () => void;
}

/** Another writer came first. */
export class RevisionConflict extends Error {
  constructor(table: string, key: string) {
    super(`The row '${key}' of table '${table}' was changed by another writer.`);
    this.name = 'RevisionConflict';
  }
}

/** The name of a table and the type of its rows. */
export interface TableKey<Value> {
  /** `<service>/<what>`: `events/rules`. */
  readonly name: string;
  readonly opened: Opened<Table<Value>>;
}

export function tableOf<Value>(name: string): TableKey<Value> {
  return { name, opened: new Opened() };
}
