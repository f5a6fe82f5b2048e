// A backbone in this process's memory: nothing outlives the process.
import type { Backbone } from '../backbone.ts';
import type { Table } from '../table.ts';
import { createMemoryTable } from './table.ts';

export function createMemoryBackbone(): Backbone {
  const tables = new Map<string, ReturnType<typeof createMemoryTable<unknown>>>();
  return {
    table<Value>(name: string): Table<Value> {
      let table = tables.get(name);
      if (!table) {
        table = createMemoryTable<unknown>(name);
        tables.set(name, table);
      }
      // The name decides the type of the rows: one room opens a table, and always with the same type.
      return table as unknown as Table<Value>;
    },
    clear() {
      for (const table of tables.values()) table.clear();
    },
  };
}
