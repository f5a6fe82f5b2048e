// A table as one node of a simulated cluster sees it: its own copy, which is told of each write and may be behind the
// store.
import type { Row, RowListener, Table } from '../table.ts';
import type { Connection } from './connection.ts';
import { fromText, toText } from './plain.ts';
import type { Store, TextRow } from './store.ts';

/** A node's copy of a table's rows. */
export class TableView {
  readonly rows = new Map<string, TextRow>();
  readonly listeners = new Set<(key: string) => void>();

  apply(key: string, row: TextRow | undefined): void {
    if (row) this.rows.set(key, row);
    else this.rows.delete(key);
    for (const listener of this.listeners) listener(key);
  }
}

export function createSimulatedTable<Value>(
  name: string,
  view: TableView,
  { store, connection }: { readonly store: Store; readonly connection: Connection },
): Table<Value> {
  const parsed = new WeakMap<TextRow, Row<Value>>();

  function rowOf(key: string, text: TextRow): Row<Value> {
    let row = parsed.get(text);
    if (!row) {
      row = Object.freeze({ key, value: fromText<Value>(text.text), revision: text.revision });
      parsed.set(text, row);
    }
    return row;
  }

  function get(key: string): Row<Value> | undefined {
    const text = view.rows.get(key);
    return text && rowOf(key, text);
  }

  return {
    get,
    list(prefix = '') {
      const keys = [...view.rows.keys()].filter((key) => key.startsWith(prefix)).sort();
      return keys.flatMap((key) => get(key) ?? []);
    },
    async put(key, value, { ifRevision } = {}) {
      const text = toText(value);
      return rowOf(key, await connection.ask(() => store.put(name, { key, text, ifRevision })));
    },
    delete: (key, { ifRevision } = {}) => connection.ask(() => store.delete(name, key, ifRevision)),
    watch(listener: RowListener<Value>, { prefix = '' } = {}) {
      const hear = (key: string) => {
        if (key.startsWith(prefix)) listener(key, get(key));
      };
      view.listeners.add(hear);
      return () => view.listeners.delete(hear);
    },
  };
}
