// The ports that state stands on, opened by name. One process uses memory/; many nodes will share a server.
import type { Table } from './table.ts';

export interface Backbone {
  /** The table with this name; the same name gives the same table. Names are `<service>/<what>`: `events/rules`. */
  table<Value>(name: string): Table<Value>;
  /** Empties everything. */
  clear(): void;
}
