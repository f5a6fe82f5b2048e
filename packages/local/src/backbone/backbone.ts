// The ports that state stands on, opened by name. One process uses memory/; many nodes will share a server.
import type { Log, Retention } from './log.ts';
import type { Table } from './table.ts';
import type { Work } from './work.ts';

export interface Backbone {
  /** The table with this name; the same name gives the same table. Names are `<service>/<what>`: `events/rules`. */
  table<Value>(name: string): Table<Value>;
  /** The log with this name; the same name gives the same log, with the retention of the first call. */
  log<Value>(name: string, retention: Retention<Value>): Log<Value>;
  /** Forgets a log and its entries. */
  removeLog(name: string): void;
  /** The work with this name, in the same way. */
  work<Job>(name: string): Work<Job>;
  /** Empties everything. */
  clear(): void;
}
