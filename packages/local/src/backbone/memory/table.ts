// A table in this process's memory.
import { type OnFault, tellEach, unhandled } from '../listeners.ts';
import { RevisionConflict, type Row, type RowListener, type Table } from '../table.ts';

export function createMemoryTable<Value>(name: string, onFault: OnFault = unhandled): Table<Value> & { clear(): void } {
  const rows = new Map<string, Row<Value>>();
  const listeners = new Set<{ readonly listener: RowListener<Value>; readonly prefix: string }>();
  let revision = 0;

  const tell = (key: string, row: Row<Value> | undefined) => {
    tellEach(
      listeners,
      ({ listener, prefix }) => void (key.startsWith(prefix) && listener(key, row)),
      (error) => onFault(`a listener of table '${name}'`, error),
    );
  };

  return {
    get: (key) => rows.get(key),
    list(prefix = '') {
      const found = [...rows.values()].filter((row) => row.key.startsWith(prefix));
      return found.sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async put(key, value, { ifRevision } = {}) {
      if (ifRevision !== undefined && (rows.get(key)?.revision ?? 0) !== ifRevision)
        throw new RevisionConflict(name, key);
      const row = { key, value, revision: ++revision };
      rows.set(key, row);
      tell(key, row);
      return row;
    },
    async delete(key, { ifRevision } = {}) {
      if (ifRevision !== undefined && (rows.get(key)?.revision ?? 0) !== ifRevision)
        throw new RevisionConflict(name, key);
      const had = rows.delete(key);
      if (had) tell(key, undefined);
      return had;
    },
    watch(listener, { prefix = '' } = {}) {
      const watcher = { listener, prefix };
      listeners.add(watcher);
      return () => listeners.delete(watcher);
    },
    clear() {
      for (const key of [...rows.keys()]) {
        rows.delete(key);
        tell(key, undefined);
      }
    },
  };
}
