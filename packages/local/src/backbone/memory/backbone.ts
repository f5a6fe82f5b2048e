// A backbone in this process's memory: nothing outlives the process.
import type { Backbone } from '../backbone.ts';
import type { Log, Retention } from '../log.ts';
import type { Table } from '../table.ts';
import type { Work, WorkClock } from '../work.ts';
import { createMemoryLog } from './log.ts';
import { createMemoryTable } from './table.ts';
import { createMemoryWork } from './work.ts';

export function createMemoryBackbone(clock: WorkClock): Backbone {
  const tables = new Map<string, ReturnType<typeof createMemoryTable<unknown>>>();
  const logs = new Map<string, ReturnType<typeof createMemoryLog<never>>>();
  const works = new Map<string, ReturnType<typeof createMemoryWork<unknown>>>();
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
    log<Value>(name: string, retention: Retention<Value>): Log<Value> {
      let log = logs.get(name);
      if (!log) {
        log = createMemoryLog<Value>(retention) as unknown as ReturnType<typeof createMemoryLog<never>>;
        logs.set(name, log);
      }
      return log as unknown as Log<Value>;
    },
    removeLog(name) {
      logs.delete(name);
    },
    work<Job>(name: string): Work<Job> {
      let work = works.get(name);
      if (!work) {
        work = createMemoryWork<unknown>(clock);
        works.set(name, work);
      }
      return work as unknown as Work<Job>;
    },
    clear() {
      for (const work of works.values()) work.clear();
      for (const table of tables.values()) table.clear();
      for (const log of logs.values()) log.clear();
    },
  };
}
