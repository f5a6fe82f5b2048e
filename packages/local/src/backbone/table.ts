// Table: the control plane's port. Buses, rules, queues, functions and stacks stand in tables.
//
// Reads are synchronous and come from this node's own view of the table; writes are awaited, because on a shared backbone they
// are only done when the others can see them. On one node (memory/) view and table are the same thing.

/** One row: a value and the revision that wrote it. Values are plain data (JSON), never live objects. */
export interface Row<Value> {
  readonly key: string;
  readonly value: Value;
  /** Grows with every write to the table. */
  readonly revision: number;
}

export interface Table<Value> {
  get(key: string): Row<Value> | undefined;
  /** Rows whose key starts with `prefix`, in key order. */
  list(prefix?: string): Row<Value>[];
  /** Writes a row. With `ifRevision`, only when the row still has that revision (0: does not exist yet); else throws RevisionConflict. */
  put(key: string, value: Value, options?: { readonly ifRevision?: number }): Promise<Row<Value>>;
  /** Removes a row; false when there was none. */
  delete(key: string): Promise<boolean>;
  /** Calls `listener` after each write (`undefined`: removed) until the answer is called. */
  watch(listener: (key: string, row: Row<Value> | undefined) => void): () => void;
}

/** Another writer came first. */
export class RevisionConflict extends Error {
  constructor(table: string, key: string) {
    super(`The row '${key}' of table '${table}' was changed by another writer.`);
    this.name = 'RevisionConflict';
  }
}
