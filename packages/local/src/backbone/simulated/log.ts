// A log as one node of a simulated cluster sees it: all of it stands in the store.
import type { Log, LogEntry, LogKey } from '../log.ts';
import type { Connection } from './connection.ts';
import { fromText, toText } from './plain.ts';
import type { Store, TextEntry } from './store.ts';

export function createSimulatedLog<Value>(
  key: LogKey<Value>,
  id: string,
  { store, connection }: { readonly store: Store; readonly connection: Connection },
): Log<Value> {
  // Opened anew by each request: another node may have removed it.
  const atStore = () => store.log(logName(key, id), key.retention);
  const read = ({ sequence, value }: LogEntry<TextEntry>): LogEntry<Value> =>
    Object.freeze({ sequence, value: fromText<Value>(value.text) });

  return {
    async append(value) {
      const entry = { text: toText(value), sizeBytes: key.retention.sizeBytes(value) };
      return read(await connection.ask(() => atStore().append(entry)));
    },
    async read(from, limit) {
      return (await connection.ask(() => atStore().read(from, limit))).map(read);
    },
    bounds: () => connection.ask(() => atStore().bounds()),
    tail(listener) {
      let isOver = false;
      let leave = () => {};
      const hear = (entry: LogEntry<TextEntry>) => {
        if (!isOver) listener(read(entry));
      };
      void connection.ask(() => {
        leave = connection.onLoss(atStore().tail((entry) => connection.tell(() => hear(entry))));
      });
      return () => {
        isOver = true;
        void connection.ask(() => leave());
      };
    },
  };
}

export function logName<Value>({ name }: LogKey<Value>, id: string): string {
  return `${name} ${id}`;
}
