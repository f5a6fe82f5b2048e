// A log in this process's memory.
import { type OnFault, tellEach, unhandled } from '../listeners.ts';
import type { Log, LogEntry, Retention } from '../log.ts';

/** Ours: dropped entries that may pile up at the array's start before they are cut off in one copy. */
const SLACK = 1024;

export function createMemoryLog<Value>(
  { name, retention }: { readonly name: string; readonly retention: Retention<Value> },
  onFault: OnFault = unhandled,
): Log<Value> & { clear(): void; purge(): void } {
  // entries[head] is the oldest kept entry; what lies before `head` was dropped and waits to be cut off.
  // [ dropped, dropped, 7, 8, 9 ]   head = 2, first = 7, last = 9
  let entries: LogEntry<Value>[] = [];
  let head = 0;
  let bytes = 0;
  let last = 0;
  const listeners = new Set<(entry: LogEntry<Value>) => void>();
  const kept = () => entries.length - head;

  function dropOldest(): void {
    while (kept() > 1 && (kept() > retention.maxEntries || bytes > retention.maxBytes)) {
      const oldest = entries[head++];
      if (oldest) bytes -= retention.sizeBytes(oldest.value);
    }
    if (head > SLACK + kept()) {
      entries = entries.slice(head);
      head = 0;
    }
  }

  function dropAll(): void {
    entries = [];
    head = 0;
    bytes = 0;
  }

  return {
    async append(value) {
      const entry: LogEntry<Value> = { sequence: ++last, value };
      entries.push(entry);
      bytes += retention.sizeBytes(value);
      dropOldest();
      tellEach(
        listeners,
        (listener) => listener(entry),
        (error) => onFault(`a listener of log '${name}'`, error),
      );
      return entry;
    },
    async read(from, limit) {
      const start = head + Math.max(from - (last - kept() + 1), 0);
      return entries.slice(start, start + limit);
    },
    tail(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async bounds() {
      return { first: last - kept() + 1, last };
    },
    purge() {
      if (!retention.lasting) dropAll();
    },
    clear() {
      dropAll();
      last = 0;
    },
  };
}
